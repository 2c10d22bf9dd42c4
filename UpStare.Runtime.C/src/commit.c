/* commit.c - initial values, pointers to what moved, redirects, the switch of registry and image.  ups_commit_prepare writes to every
 * read-only place the bytes that are there already: the pages are then private copies, and the real writes,
 * which come after nothing can go back, do what has just worked. */
#include "commit.h"
#include "arena.h"
#include "codewrite.h"
#include "patch.h"
#include "redirect.h"
#include "sites.h"
#include "tls.h"
#include "transform.h"

/* Writes a few bytes somewhere read-only. */
bool ups_commit_put(uintptr_t at, const void *bytes, size_t size) {
  struct ups_writer w;
  bool ok = ups_writer_open(&w, at, at + size) && ups_writer_put(&w, at, bytes, size);
  ups_writer_close(&w);
  return ok;
}

/* Does the initial-value rule replace this variable's bytes? */
static bool takes_new(const struct upstare_patch *p, const struct upstare_init *init, uintptr_t at) {
  const uint8_t *bytes = ups_patch_table(p, p->init_bytes);
  return init->flags & 1 || ups_same((const void *)at, bytes + init->old_bytes, init->size);
}

/* The places of the old version's entities. */
const struct ups_place *ups_old_places(const struct ups_patch *patch) {
  return ups_state->version ? ups_state->registry : patch->old_places;
}

/* The last things that can fail. */
enum ups_error ups_commit_prepare(const struct ups_patch *patch) {
  const struct upstare_patch *p = patch->blob;
  const struct upstare_init *init = ups_patch_table(p, p->inits);
  const struct ups_place *places = ups_old_places(patch);
  if (!ups_arena_own()) /* a child had to share code with traps in it */
    return UPS_LENT;
  if (!ups_redirect_all(patch, places, true))
    return UPS_TEXT_WRITE;
  for (uint32_t i = 0; i < p->inits.count; i++) {
    uintptr_t at = places[init[i].entity].address;
    if (places[init[i].entity].kind == UPSTARE_ENTITY_VARIABLE && at != UINTPTR_MAX && init[i].flags & 1 &&
        !ups_commit_put(at, (const void *)at, init[i].size))
      return UPS_TEXT_WRITE;
  }
  return UPS_NONE;
}

/* A thread-local variable whose initialiser changed. */
static void in_each_thread(const struct upstare_patch *p, const struct upstare_init *init, uintptr_t offset) {
  const uint8_t *bytes = ups_patch_table(p, p->init_bytes);
  for (const struct ups_thread *t = ups_state->threads; t; t = t->next)
    if ((t->state == UPS_THREAD_LEAVES || t->state == UPS_THREAD_WAITS || t->joins) && takes_new(p, init, t->pointer + offset))
      ups_copy((void *)(t->pointer + offset), bytes + init->new_bytes, init->size);
}

/* Variables whose initialiser changed. */
static void initial_values(const struct ups_patch *patch) {
  const struct upstare_patch *p = patch->blob;
  const struct upstare_init *init = ups_patch_table(p, p->inits);
  const uint8_t *bytes = ups_patch_table(p, p->init_bytes);
  const struct ups_place *places = ups_old_places(patch);
  for (uint32_t i = 0; i < p->inits.count; i++) {
    const struct ups_place *place = &places[init[i].entity];
    uintptr_t at = place->address;
    if (at == UINTPTR_MAX || place->kind >= UPSTARE_ENTITY_FUNCTION)
      continue;
    if (place->kind == UPSTARE_ENTITY_TLS) {
      in_each_thread(p, &init[i], at);
      continue;
    }
    if (!takes_new(p, &init[i], at))
      continue;
    if (init[i].flags & 1)
      ups_commit_put(at, bytes + init[i].new_bytes, init[i].size);
    else
      ups_copy((void *)at, bytes + init[i].new_bytes, init[i].size);
  }
}

/* The program changes its version.  Sites are disarmed first: one of them may lie where a jump goes. */
void ups_commit(struct ups_patch *patch) {
  const struct upstare_patch *p = patch->blob;
  ups_sites_arm(ups_state->image, false);
  if (patch->committed)
    return; /* the version's own identity patch again: all is in place */
  initial_values(patch);
  ups_tls_commit(patch);
  ups_transform_commit();
  ups_redirect_all(patch, ups_old_places(patch), false);
  ups_state->image = &patch->image;
  ups_state->version = patch;
  ups_state->registry = patch->registry;
  ups_state->registry_count = patch->registry_count;
  ups_copy(ups_state->id, p->to_id, UPSTARE_ID_MAX);
  ups_state->id_size = p->to_id_size;
  patch->committed = true;
}
