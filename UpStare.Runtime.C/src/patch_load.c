/* patch_load.c - brings a checked patch into the arena: copy, bind, relocate.  Nothing the program can see
 * changes: not its data, not its code.  Everything that can fail fails here or before. */
#include "arena.h"
#include "executable.h"
#include "patch.h"
#include "redirect.h"
#include "sites.h"
#include "symbols.h"
#include "tls.h"

struct loading {
  struct ups_patch *patch;
  const struct upstare_patch *p;
  const struct ups_place *old; /* registry of the running version */
  uintptr_t *imports;
  char *detail;
};

/* Says which name was the trouble. */
static enum ups_error because(struct loading *l, enum ups_error error, const char *name) {
  struct ups_text t;
  ups_text_start(&t, l->detail, 256);
  ups_text_add(&t, name);
  return error;
}

/* The registry of the running version: what the last patch left, or the executable's from this patch. */
static enum ups_error old_registry(struct loading *l) {
  const struct upstare_patch *p = l->p;
  if (ups_state->version) {
    l->old = ups_state->registry;
    return p->old_entities.count == ups_state->registry_count ? UPS_NONE : because(l, UPS_BAD_TABLE, "entities");
  }
  const struct upstare_entity *e = ups_patch_table(p, p->old_entities);
  struct ups_place *made = ups_memory(l->patch->old_places_size = (p->old_entities.count + 1) * sizeof *made);
  if (!made)
    return UPS_NO_MEMORY;
  l->old = l->patch->old_places = made;
  uintptr_t base = ups_executable_bias() + p->old_image.image_base;
  for (uint32_t i = 0; i < p->old_entities.count; i++) {
    made[i].kind = e[i].kind;
    made[i].address = e[i].address == UINT64_MAX || e[i].kind == UPSTARE_ENTITY_TLS ? e[i].address : base + e[i].address;
    if (e[i].address != UINT64_MAX && e[i].kind != UPSTARE_ENTITY_TLS && !ups_executable_segment(l->old[i].address))
      return because(l, UPS_BAD_TABLE, ups_patch_string(p, e[i].name));
  }
  return UPS_NONE;
}

/* Looks up every import. */
static enum ups_error find_imports(struct loading *l) {
  const struct upstare_patch *p = l->p;
  const struct upstare_import *import = ups_patch_table(p, p->imports);
  l->imports = ups_memory((p->imports.count + 1) * sizeof *l->imports);
  if (!l->imports)
    return UPS_NO_MEMORY;
  for (uint32_t i = 0; i < p->imports.count; i++) {
    const char *name = ups_patch_string(p, import[i].name);
    enum ups_lookup found = ups_fault(UPS_FAULT_BIND) ? UPS_ABSENT : ups_symbol(name, import[i].flags & 2, &l->imports[i]);
    if (found == UPS_LIST_CHANGING)
      return UPS_LOADER_BUSY;
    if (found == UPS_ABSENT && !(import[i].flags & 1))
      return because(l, UPS_NO_IMPORT, name);
  }
  return UPS_NONE;
}

/* The registry of the new version. */
static enum ups_error bind(struct loading *l) {
  const struct upstare_patch *p = l->p;
  const struct upstare_bind *b = ups_patch_table(p, p->binds);
  struct ups_patch *patch = l->patch;
  patch->registry_count = p->binds.count;
  patch->registry_size = (p->binds.count + 1) * sizeof *patch->registry;
  patch->registry = ups_memory(patch->registry_size);
  if (!patch->registry)
    return UPS_NO_MEMORY;
  for (uint32_t i = 0; i < p->binds.count; i++) {
    struct ups_place *place = &patch->registry[i];
    place->kind = b[i].entity_kind;
    switch (b[i].kind) {
    case UPSTARE_BIND_OLD: *place = l->old[b[i].index]; break;
    case UPSTARE_BIND_TEXT: place->address = patch->text + b[i].index; break;
    case UPSTARE_BIND_TLS: place->address = patch->tls + b[i].index; break;
    case UPSTARE_BIND_DATA: place->address = patch->data + b[i].index; break;
    default: place->address = UINTPTR_MAX;
    }
    if (b[i].kind == UPSTARE_BIND_OLD && place->kind != b[i].entity_kind)
      return because(l, UPS_BAD_TABLE, ups_patch_string(p, b[i].name));
  }
  return UPS_NONE;
}

/* Applies one relocation. */
static enum ups_error relocate(struct loading *l, const struct upstare_reloc *r) {
  const struct upstare_patch *p = l->p;
  struct ups_patch *patch = l->patch;
  const struct upstare_entity *entity = ups_patch_table(p, p->old_entities);
  uint8_t *alias = ups_arena_alias(patch->text);
  uint8_t *init = (uint8_t *)p + p->init_bytes.offset, *tls = (uint8_t *)p + p->tls.offset;
  uintptr_t place[] = {patch->text, patch->data, (uintptr_t)init, (uintptr_t)tls};
  uint8_t *writable[] = {alias ? alias : (uint8_t *)patch->text, (uint8_t *)patch->data, init, tls};
  uintptr_t target;
  const char *name = "";
  switch (r->target) {
  case UPSTARE_TO_TEXT: target = patch->text + r->index; break;
  case UPSTARE_TO_DATA: target = patch->data + r->index; break;
  case UPSTARE_TO_TLS: target = patch->tls + r->index; break;
  case UPSTARE_TO_ENTITY:
    target = l->old[r->index].address;
    name = ups_patch_string(p, entity[r->index].name);
    if (target == UINTPTR_MAX || (l->old[r->index].kind == UPSTARE_ENTITY_TLS) != (r->kind >= UPSTARE_REL_TPOFF64))
      return because(l, UPS_RELOCATION, name);
    break;
  default:
    target = l->imports[r->index];
    name = ups_patch_string(p, ((const struct upstare_import *)ups_patch_table(p, p->imports))[r->index].name);
  }
  int64_t value = (int64_t)target + r->addend;
  if (r->kind == UPSTARE_REL_PC32)
    value -= (int64_t)(place[r->segment] + r->place);
  bool wide = r->kind == UPSTARE_REL_ABS64 || r->kind == UPSTARE_REL_TPOFF64;
  if (!wide && value != (int32_t)value)
    return because(l, UPS_RELOCATION, name);
  ups_copy(writable[r->segment] + r->place, &value, wide ? 8 : 4);
  return UPS_NONE;
}

/* What of the patch itself is relocated. */
static bool make_writable(const struct upstare_patch *p) {
  return (!p->init_bytes.count || ups_memory_make_writable(ups_patch_table(p, p->init_bytes), p->init_bytes.count)) &&
         (!p->tls.count || ups_memory_make_writable(ups_patch_table(p, p->tls), p->tls.count));
}

/* Takes room in the arena and fills it. */
static enum ups_error place_segments(struct loading *l) {
  const struct upstare_patch *p = l->p;
  struct ups_patch *patch = l->patch;
  patch->text = ups_arena_text(p->text.count);
  patch->data = ups_arena_data((uint64_t)p->data.count + p->data_zero + 1);
  if (!patch->text || !patch->data)
    return UPS_ARENA_FULL;
  if (!ups_tls_take(p->tls_size, &patch->tls))
    return UPS_TLS_FULL;
  uint8_t *alias = ups_arena_alias(patch->text);
  ups_copy(alias ? alias : (uint8_t *)patch->text, ups_patch_table(p, p->text), p->text.count);
  ups_copy((void *)patch->data, ups_patch_table(p, p->data), p->data.count);
  return UPS_NONE;
}

/* The image of the new code. */
static bool make_image(struct ups_patch *patch) {
  const struct upstare_patch *p = patch->blob;
  patch->image = (struct ups_image){
      .base = patch->text,
      .size = (uint32_t)p->new_image.image_size,
      .sites = ups_patch_table(p, p->new_image.sites),
      .site_count = p->new_image.sites.count,
      .operands = ups_patch_table(p, p->new_image.operands),
      .operand_count = p->new_image.operands.count,
      .returns = ups_patch_table(p, p->new_image.returns),
      .return_count = p->new_image.returns.count,
      .points = ups_patch_table(p, p->new_points),
      .point_count = p->new_points.count,
      .strings = ups_patch_table(p, p->strings),
      .flag = p->flag_offset == UPSTARE_NONE ? 0 : (uint8_t *)patch->data + p->flag_offset,
  };
  return ups_sites_prepare(&patch->image);
}

/* Copies, binds, relocates. */
enum ups_error ups_patch_load(struct ups_patch *patch, char *detail) {
  struct loading l = {.patch = patch, .p = patch->blob, .detail = detail};
  const struct upstare_reloc *r = ups_patch_table(l.p, l.p->relocs);
  enum ups_error error = old_registry(&l);
  if (!error)
    error = find_imports(&l);
  if (!error)
    error = place_segments(&l);
  if (!error && !make_writable(l.p))
    error = UPS_NO_MEMORY;
  if (!error)
    error = bind(&l);
  for (uint32_t i = 0; !error && i < l.p->relocs.count; i++)
    error = relocate(&l, &r[i]);
  uint32_t entity = 0;
  if (!error)
    error = ups_redirect_fits(patch, l.old, &entity);
  if (error == UPS_LABELS)
    error = because(&l, error, ups_patch_string(l.p, ((const struct upstare_entity *)ups_patch_table(l.p, l.p->old_entities))[entity].name));
  if (!error && !ups_arena_seal(patch->text, l.p->text.count))
    error = UPS_TEXT_WRITE;
  if (!error && !make_image(patch))
    error = UPS_NO_MEMORY;
  if (!error && !ups_sites_fit(&patch->image))
    error = UPS_BAD_TABLE;
  ups_memory_free(l.imports, (l.p->imports.count + 1) * sizeof *l.imports);
  return error;
}

/* Gives back what a patch holds; its room in the arena is given back by who took the mark. */
void ups_patch_drop(struct ups_patch *patch) {
  ups_memory_free(patch->image.inner, patch->image.inner_size);
  ups_memory_free(patch->registry, patch->registry_size);
  ups_memory_free(patch->old_places, patch->old_places_size);
  ups_memory_free(patch->file, patch->file_size);
  ups_memory_free(patch, sizeof *patch);
}
