/* patch_check.c - a patch file is hostile input: here every offset, count, index and order is checked, once, so
 * that the rest of the runtime can trust the tables.  Works on any memory; knows nothing of the process. */
#include "patch.h"
#include <elf.h>

#define MAX_ALIGN 4096u

/* Does a table of `element` bytes an element lie in the blob? */
static bool inside(const struct upstare_patch *p, struct upstare_span s, uint64_t element) {
  return s.offset % 8 == 0 && s.offset + (uint64_t)s.count * element <= p->size;
}

/* Does [start, start + length) lie in a table of bytes? */
static bool within(uint64_t start, uint64_t length, uint64_t count) { return start <= count && length <= count - start; }

static bool string_ok(const struct upstare_patch *p, uint32_t s) { return s < p->strings.count; }

/* FNV-1a, 64 bits. */
uint64_t ups_patch_checksum(const struct upstare_patch *p) {
  const uint8_t *bytes = (const uint8_t *)p;
  size_t start = offsetof(struct upstare_patch, checksum);
  uint64_t hash = 14695981039346656037u;
  for (uint32_t i = 0; i < p->size; i++) {
    hash ^= i - start < 8 ? 0 : bytes[i];
    hash *= 1099511628211u;
  }
  return hash;
}

/* Finds the PT_UPSTARE segment. */
enum ups_error ups_patch_find(const void *file, uint64_t size, const struct upstare_patch **blob, uint64_t *blob_size) {
  const Elf64_Ehdr *e = file;
  if (size < sizeof *e || !ups_same(e->e_ident, ELFMAG, SELFMAG) || e->e_ident[EI_CLASS] != ELFCLASS64 ||
      e->e_ident[EI_DATA] != ELFDATA2LSB || e->e_phentsize != sizeof(Elf64_Phdr))
    return UPS_NOT_A_PATCH;
  if (!within(e->e_phoff, (uint64_t)e->e_phnum * sizeof(Elf64_Phdr), size) || e->e_phoff % 8)
    return UPS_TRUNCATED;
  if (e->e_shoff && !within(e->e_shoff, (uint64_t)e->e_shnum * sizeof(Elf64_Shdr), size))
    return UPS_TRUNCATED;
  const Elf64_Phdr *h = (const Elf64_Phdr *)((const char *)file + e->e_phoff);
  for (unsigned i = 0; i < e->e_phnum; i++) {
    if (h[i].p_type != PT_UPSTARE)
      continue;
    if (!within(h[i].p_offset, h[i].p_filesz, size))
      return UPS_TRUNCATED;
    if (h[i].p_offset % 8)
      return UPS_BAD_TABLE;
    *blob = (const void *)((const char *)file + h[i].p_offset);
    *blob_size = h[i].p_filesz;
    return UPS_NONE;
  }
  return UPS_NOT_A_PATCH;
}

/* Magic, ABI, size, checksum, the spans and the strings. */
static enum ups_error check_header(const struct upstare_patch *p, uint64_t size) {
  if (size < sizeof *p || !ups_same(p->magic, UPSTARE_MAGIC, 8))
    return UPS_NOT_A_PATCH;
  if (p->abi != UPSTARE_ABI)
    return UPS_WRONG_ABI;
  if (p->size > size || p->size < sizeof *p)
    return UPS_TRUNCATED;
  if (ups_patch_checksum(p) != p->checksum)
    return UPS_CHECKSUM;
  const struct {
    struct upstare_span span;
    uint64_t element;
  } spans[] = {{p->strings, 1}, {p->text, 1}, {p->data, 1}, {p->init_bytes, 1}, {p->constants, 1},
               {p->relocs, sizeof(struct upstare_reloc)}, {p->imports, sizeof(struct upstare_import)},
               {p->old_entities, sizeof(struct upstare_entity)}, {p->binds, sizeof(struct upstare_bind)},
               {p->redirects, sizeof(struct upstare_redirect)}, {p->inits, sizeof(struct upstare_init)},
               {p->old_points, sizeof(struct upstare_point)}, {p->new_points, sizeof(struct upstare_point)},
               {p->maps, sizeof(struct upstare_map)}, {p->moves, sizeof(struct upstare_move)}, {p->symfile, 1},
               {p->types, sizeof(struct upstare_type)}, {p->parts, sizeof(struct upstare_part)},
               {p->variables, sizeof(struct upstare_variable)}, {p->heap_types, sizeof(struct upstare_heap_type)},
               {p->groups, sizeof(struct upstare_group)}, {p->group_points, 4}, {p->pieces, sizeof(struct upstare_piece)},
               {p->steps, sizeof(struct upstare_step)}, {p->tls, 1}, {p->lengths, sizeof(struct upstare_length)},
               {p->old_image.sites, sizeof(struct upstare_site)}, {p->old_image.operands, sizeof(struct upstare_operand)},
               {p->old_image.returns, sizeof(struct upstare_return)}, {p->new_image.sites, sizeof(struct upstare_site)},
               {p->new_image.operands, sizeof(struct upstare_operand)}, {p->new_image.returns, sizeof(struct upstare_return)}};
  for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
    if (!inside(p, spans[i].span, spans[i].element))
      return UPS_BAD_TABLE;
  const char *strings = ups_patch_table(p, p->strings);
  bool ok = p->strings.count && strings[0] == 0 && strings[p->strings.count - 1] == 0 && string_ok(p, p->from_name) &&
            string_ok(p, p->to_name) && p->from_id_size <= UPSTARE_ID_MAX && p->to_id_size <= UPSTARE_ID_MAX &&
            p->tls_size < 1u << 16 && p->tls.count <= p->tls_size && p->text_align <= MAX_ALIGN && p->data_align <= MAX_ALIGN && p->text.count && p->data_zero < 1u << 31 &&
            (p->flag_offset == UPSTARE_NONE || within(p->flag_offset, 1, (uint64_t)p->data.count + p->data_zero)) &&
            (p->eh_frame == UPSTARE_NONE || within(p->eh_frame, 4, p->text.count));
  return ok ? UPS_NONE : UPS_BAD_TABLE;
}

/* Is an operand something that can be read? */
static bool operand_ok(const struct upstare_operand *o) {
  bool base = o->base < 16 || o->base == 255, index = o->index < 16 || o->index == 255;
  switch (o->kind) {
  case UPSTARE_OP_REGISTER:
  case UPSTARE_OP_XMM: return o->base < 16;
  case UPSTARE_OP_MEMORY:
    return base && index && (o->index == 255 || o->scale == 1 || o->scale == 2 || o->scale == 4 || o->scale == 8);
  case UPSTARE_OP_IMMEDIATE:
  case UPSTARE_OP_IMAGE: return true;
  default: return false;
  }
}

static bool unwind_ok(const struct upstare_unwind *u) { return u->kind <= UPSTARE_CFA_UNKNOWN; }

/* Sites, operands and returns of an image whose points are `points` many. */
static bool image_ok(const struct upstare_patch *p, const struct upstare_image *image, uint32_t points) {
  const struct upstare_site *site = ups_patch_table(p, image->sites);
  const struct upstare_operand *operand = ups_patch_table(p, image->operands);
  const struct upstare_return *back = ups_patch_table(p, image->returns);
  for (uint32_t i = 0; i < image->sites.count; i++) {
    const struct upstare_site *s = &site[i];
    bool partial = s->flags & UPSTARE_SITE_PARTIAL;
    if ((i && s->address <= s[-1].address) || s->address >= image->image_size || s->cold >= image->image_size ||
        s->cp >= points || !within(s->operands, s->operand_count, image->operands.count) ||
        (s->outer != UPSTARE_NONE && s->outer >= image->sites.count) || partial != (s->cold == 0) ||
        (partial && s->outer == UPSTARE_NONE) || s->flags > 3 || !unwind_ok(&s->unwind))
      return false;
  }
  for (uint32_t i = 0; i < image->operands.count; i++)
    if (!operand_ok(&operand[i]))
      return false;
  for (uint32_t i = 0; i < image->returns.count; i++)
    if ((i && back[i].address <= back[i - 1].address) || back[i].address > image->image_size ||
        (back[i].site != UPSTARE_NONE && back[i].site >= image->sites.count) || !unwind_ok(&back[i].unwind))
      return false;
  return true;
}

/* Points, of which the new version's have clones. */
static bool points_ok(const struct upstare_patch *p, struct upstare_span span, bool clones) {
  const struct upstare_point *point = ups_patch_table(p, span);
  for (uint32_t i = 0; i < span.count; i++)
    if (!string_ok(p, point[i].function) || !string_ok(p, point[i].file) ||
        (clones && point[i].clone != UPSTARE_NONE && (point[i].clone >= p->text.count || point[i].frame_size > 1u << 24)))
      return false;
  return true;
}

/* A move into a frame of `frame_size` bytes. */
static bool move_ok(const struct upstare_patch *p, const struct upstare_move *m, uint32_t old_values, uint32_t frame_size) {
  const struct upstare_type *type = ups_patch_table(p, p->types);
  bool is_typed = m->type != UPSTARE_NONE, is_address = m->kind == UPSTARE_MOVE_ADDRESS || m->kind == UPSTARE_MOVE_MOVED || m->kind == UPSTARE_MOVE_STORAGE;
  uint32_t length = is_address ? 8 : m->size;
  if (is_typed && m->type >= p->types.count)
    return false;
  if (is_typed && !is_address)
    length = type[m->type].new_size;
  switch (m->kind) {
  case UPSTARE_MOVE_CONSTANT:
    if (!within(m->operand, m->size, p->constants.count))
      return false;
    break;
  case UPSTARE_MOVE_OLD: return within(m->to, m->size, old_values);
  case UPSTARE_MOVE_LENGTH: return is_typed && m->operand < p->text.count;
  case UPSTARE_MOVE_LOOK: return is_typed && within(m->to, type[m->type].old_size, old_values);
  case UPSTARE_MOVE_CONVERT:
    if (!is_typed || m->size < type[m->type].old_size || !within(m->operand, m->size, old_values))
      return false;
    break;
  case UPSTARE_MOVE_MOVED:
    if (!is_typed)
      return false;
    break;
  case UPSTARE_MOVE_STORAGE:
    if (m->size > 1u << 20)
      return false; /* fall through */
  case UPSTARE_MOVE_COMPUTE:
    if ((is_typed && m->size != type[m->type].new_size) || m->operand >= p->text.count)
      return false;
    break;
  default:
    if (m->kind > UPSTARE_MOVE_STORAGE)
      return false;
  }
  return within(m->to, length, frame_size);
}

/* The moves into a frame of one point. */
static bool moves_ok(const struct upstare_patch *p, uint32_t first, uint32_t count, uint32_t old_values, uint32_t to) {
  const struct upstare_move *move = ups_patch_table(p, p->moves);
  const struct upstare_point *point = ups_patch_table(p, p->new_points);
  if (old_values > 1u << 24 || to >= p->new_points.count || point[to].clone == UPSTARE_NONE || !within(first, count, p->moves.count))
    return false;
  for (uint32_t k = 0; k < count; k++)
    if (!move_ok(p, &move[first + k], old_values, point[to].frame_size))
      return false;
  return true;
}

/* Groups: their points, pieces and moves. */
static bool groups_ok(const struct upstare_patch *p) {
  const struct upstare_group *group = ups_patch_table(p, p->groups);
  const struct upstare_piece *piece = ups_patch_table(p, p->pieces);
  const uint32_t *point = ups_patch_table(p, p->group_points);
  for (uint32_t i = 0; i < p->groups.count; i++) {
    const struct upstare_group *g = &group[i];
    if (!g->old_count || !g->new_count || g->old_count > 64 || g->new_count > 64 ||
        !within(g->points, g->old_count + g->new_count, p->group_points.count) || !within(g->pieces, g->piece_count, p->pieces.count))
      return false;
    for (uint32_t k = 0; k < g->old_count + g->new_count; k++)
      if (k < g->old_count ? point[g->points + k] >= p->old_points.count : !moves_ok(p, 0, 0, 0, point[g->points + k]))
        return false;
    for (uint32_t k = 0; k < g->piece_count; k++) {
      const struct upstare_piece *c = &piece[g->pieces + k];
      if (c->from >= g->old_count || c->to >= g->new_count || (k && c->from < c[-1].from) ||
          !moves_ok(p, c->moves, c->move_count, g->old_values, point[g->points + g->old_count + c->to]))
        return false;
    }
  }
  return true;
}

/* Maps and moves. */
static bool maps_ok(const struct upstare_patch *p) {
  const struct upstare_map *map = ups_patch_table(p, p->maps);
  if (p->maps.count != p->old_points.count)
    return false;
  for (uint32_t i = 0; i < p->maps.count; i++) {
    if (!string_ok(p, map[i].reason) || (map[i].group != UPSTARE_NONE && map[i].group >= p->groups.count))
      return false;
    if (map[i].point != UPSTARE_NONE && !moves_ok(p, map[i].moves, map[i].move_count, map[i].old_values, map[i].point))
      return false;
  }
  return groups_ok(p);
}

/* Relocations, whose targets are entities, imports and offsets. */
static bool relocs_ok(const struct upstare_patch *p) {
  const struct upstare_reloc *r = ups_patch_table(p, p->relocs);
  const uint32_t segment[] = {p->text.count, p->data.count, p->init_bytes.count, p->tls.count};
  for (uint32_t i = 0; i < p->relocs.count; i++) {
    if (r[i].segment > UPSTARE_SEG_TLS || r[i].kind > UPSTARE_REL_TPOFF32)
      return false;
    uint32_t width = r[i].kind == UPSTARE_REL_ABS64 || r[i].kind == UPSTARE_REL_TPOFF64 ? 8 : 4;
    bool tls = r[i].kind >= UPSTARE_REL_TPOFF64, ok;
    switch (r[i].target) {
    case UPSTARE_TO_TEXT: ok = !tls && r[i].index <= p->text.count; break;
    case UPSTARE_TO_DATA: ok = !tls && r[i].index <= (uint64_t)p->data.count + p->data_zero; break;
    case UPSTARE_TO_ENTITY: ok = r[i].index < p->old_entities.count; break;
    case UPSTARE_TO_TLS: ok = tls && r[i].index <= p->tls_size; break;
    case UPSTARE_TO_IMPORT: ok = r[i].index < p->imports.count; break;
    default: ok = false;
    }
    if (!ok || !within(r[i].place, width, segment[r[i].segment]))
      return false;
  }
  return true;
}

/* The registry's tables: imports, entities, binds, redirects, initial values. */
static bool registry_ok(const struct upstare_patch *p) {
  const struct upstare_import *import = ups_patch_table(p, p->imports);
  const struct upstare_entity *entity = ups_patch_table(p, p->old_entities);
  const struct upstare_bind *bind = ups_patch_table(p, p->binds);
  const struct upstare_redirect *redirect = ups_patch_table(p, p->redirects);
  const struct upstare_init *init = ups_patch_table(p, p->inits);
  for (uint32_t i = 0; i < p->imports.count; i++)
    if (!string_ok(p, import[i].name))
      return false;
  for (uint32_t i = 0; i < p->old_entities.count; i++)
    if (entity[i].kind > UPSTARE_ENTITY_LABEL || !string_ok(p, entity[i].name))
      return false;
  for (uint32_t i = 0; i < p->binds.count; i++) {
    const uint64_t limit[] = {p->old_entities.count, p->text.count, (uint64_t)p->data.count + p->data_zero + 1, UINT64_MAX, p->tls_size};
    if (bind[i].kind > UPSTARE_BIND_TLS || bind[i].index >= limit[bind[i].kind] ||
        bind[i].entity_kind > UPSTARE_ENTITY_LABEL || !string_ok(p, bind[i].name))
      return false;
  }
  for (uint32_t i = 0; i < p->redirects.count; i++)
    if (redirect[i].entity >= p->old_entities.count || redirect[i].text >= p->text.count ||
        entity[redirect[i].entity].kind < UPSTARE_ENTITY_FUNCTION)
      return false;
  for (uint32_t i = 0; i < p->inits.count; i++)
    if (init[i].entity >= p->old_entities.count || !within(init[i].old_bytes, init[i].size, p->init_bytes.count) ||
        !within(init[i].new_bytes, init[i].size, p->init_bytes.count))
      return false;
  return true;
}

/* The lengths of a type; that of an array without a size is one of a record that ends in one. */
static bool lengths_ok(const struct upstare_patch *p, const struct upstare_type *t) {
  const struct upstare_length *length = ups_patch_table(p, p->lengths);
  const struct upstare_part *part = ups_patch_table(p, p->parts);
  bool is_open = t->kind == UPSTARE_TYPE_RECORD && t->part_count && part[t->parts + t->part_count - 1].count == UPSTARE_NONE;
  if (!within(t->lengths, t->length_count, p->lengths.count) || (t->length_count && t->kind != UPSTARE_TYPE_RECORD))
    return false;
  for (uint32_t i = t->lengths; i < t->lengths + t->length_count; i++)
    if (length[i].code >= p->text.count || (length[i].type == UPSTARE_NONE ? !is_open : length[i].type >= p->types.count))
      return false;
  return true;
}

/* Types, their parts, and what is of them.  Data of a type lie within its size, so nothing is read beyond an object; a type
 * consists of types with smaller numbers, so no walk over it is endless. */
static bool types_ok(const struct upstare_patch *p) {
  const struct upstare_type *type = ups_patch_table(p, p->types);
  const struct upstare_part *part = ups_patch_table(p, p->parts);
  const struct upstare_variable *variable = ups_patch_table(p, p->variables);
  const struct upstare_heap_type *heap = ups_patch_table(p, p->heap_types);
  for (uint32_t i = 0; i < p->types.count; i++) {
    const struct upstare_type *t = &type[i];
    if (!string_ok(p, t->name) || t->kind > UPSTARE_TYPE_CHOICE || !within(t->parts, t->part_count, p->parts.count) ||
        (t->target != UPSTARE_NONE && t->target >= p->types.count) || (t->kind == UPSTARE_TYPE_POINTER && t->new_size != 8) ||
        (t->transformer != UPSTARE_NONE ? t->transformer >= p->text.count : t->kind == UPSTARE_TYPE_CHOICE) || !lengths_ok(p, t))
      return false;
    for (uint32_t k = 0; k < t->part_count; k++) {
      const struct upstare_part *q = &part[t->parts + k];
      if (q->type >= i || (type[q->type].kind == UPSTARE_TYPE_CHOICE && t->kind != UPSTARE_TYPE_RECORD))
        return false;
      uint64_t count = q->count == UPSTARE_NONE ? 0 : q->count, old = type[q->type].old_size, new = type[q->type].new_size;
      if (!within(q->old_offset, count * old, t->old_size) || !within(q->new_offset, count * new, t->new_size))
        return false;
    }
  }
  for (uint32_t i = 0; i < p->variables.count; i++)
    if (variable[i].entity >= p->old_entities.count || variable[i].type >= p->types.count || variable[i].size < type[variable[i].type].old_size ||
        (variable[i].place != UPSTARE_NONE &&
         !within(variable[i].place, type[variable[i].type].new_size,
                 variable[i].flags & UPSTARE_VARIABLE_TEXT  ? p->text.count
                 : variable[i].flags & UPSTARE_VARIABLE_TLS ? p->tls_size
                                                            : (uint64_t)p->data.count + p->data_zero)))
      return false;
  for (uint32_t i = 0; i < p->heap_types.count; i++)
    if (heap[i].type >= p->types.count || (i && heap[i].key <= heap[i - 1].key))
      return false;
  return true;
}

/* The map's steps. */
static bool steps_ok(const struct upstare_patch *p) {
  const struct upstare_step *s = ups_patch_table(p, p->steps);
  const struct upstare_type *type = ups_patch_table(p, p->types);
  for (uint32_t i = 0; i < p->steps.count; i++) {
    if (s[i].kind > UPSTARE_STEP_LENGTH || (i && s[i].kind < s[i - 1].kind) || s[i].code >= p->text.count ||
        (s[i].kind == UPSTARE_STEP_LENGTH && s[i].type >= p->types.count))
      return false;
    if (s[i].kind != UPSTARE_STEP_VALUE)
      continue;
    bool ok = s[i].entity == UPSTARE_NONE ? within(s[i].place, s[i].size, (uint64_t)p->data.count + p->data_zero) : s[i].entity < p->old_entities.count;
    if (!ok || s[i].size > 1u << 24 || (s[i].type != UPSTARE_NONE && (s[i].type >= p->types.count || type[s[i].type].new_size > s[i].size)))
      return false;
  }
  return true;
}

/* Do the records of .eh_frame end in a zero within text? */
static bool unwind_records_ok(const struct upstare_patch *p) {
  if (p->eh_frame == UPSTARE_NONE)
    return true;
  const uint8_t *text = ups_patch_table(p, p->text);
  for (uint64_t at = p->eh_frame; within(at, 4, p->text.count);) {
    uint32_t length;
    __builtin_memcpy(&length, text + at, 4);
    if (!length)
      return true;
    if (length == UINT32_MAX)
      return false;
    at += 4 + (uint64_t)length;
  }
  return false;
}

/* Checks everything. */
enum ups_error ups_patch_check(const struct upstare_patch *p, uint64_t size) {
  enum ups_error error = check_header(p, size);
  if (error)
    return error;
  bool ok = p->new_image.image_size <= p->text.count && p->old_image.image_size <= UINT32_MAX &&
            image_ok(p, &p->old_image, p->old_points.count) && image_ok(p, &p->new_image, p->new_points.count) &&
            points_ok(p, p->old_points, false) && points_ok(p, p->new_points, true) && maps_ok(p) && relocs_ok(p) &&
            registry_ok(p) && types_ok(p) && steps_ok(p) && unwind_records_ok(p);
  return ok ? UPS_NONE : UPS_BAD_TABLE;
}
