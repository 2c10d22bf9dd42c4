/* restore.c - what restore clones call.  The base calls the outermost clone; each clone asks for its frame
 * once, and for the address of the next inner clone where it was suspended in a call.  A parked blocking call is
 * the innermost "clone" of all. */
#include "away.h"
#include "blocking.h"
#include "handlers.h"
#include "patch.h"

/* The clone that rebuilds new frame i (0 = innermost). */
static void *clone_of(uint32_t i) {
  const struct upstare_patch *p = ups_state->version->blob;
  const struct upstare_point *point = (const struct upstare_point *)ups_patch_table(p, p->new_points) + ups_self()->news[i].point;
  return (void *)(ups_state->version->text + point->clone);
}

/* The clone to call next: of the frame that is next to be rebuilt, or what stands for a call that a handler has
 * interrupted, or for the parked one. */
void *__upstare_next(void) {
  const struct ups_thread *self = ups_self();
  if (self->interruption_now && self->interruptions[self->interruption_now - 1].new_frame == self->left)
    return (void *)ups_handler_resume;
  if (self->left)
    return clone_of(self->left - 1);
  return ups_away_has_result(self) ? (void *)upstare_away_resume : (void *)ups_blocking_resume;
}

/* The lowest byte that is kept of the old frames that a new one is made of; 0: none. */
static uintptr_t kept_of(const struct ups_thread *thread, const struct ups_new_frame *n) {
  uintptr_t keep = 0;
  for (uint32_t i = n->first; i < n->first + n->count; i++)
    if (thread->frames[i].keep && (!keep || thread->frames[i].keep < keep))
      keep = thread->frames[i].keep;
  return keep;
}

/* The frame of the clone that asks.  Its kept memory is noted under the clone's own place on the stack. */
struct upstare_frame *__upstare_frame(void) {
  struct ups_thread *self = ups_self();
  const struct ups_new_frame *n = &self->news[--self->left];
  uintptr_t keep = kept_of(self, n);
  if (keep)
    self->kept[self->kept_count++] = (struct ups_kept){.at = (uintptr_t)__builtin_frame_address(0) + 16, .low = keep};
  struct upstare_frame *out = n->out;
  if (!self->left && !self->parked)
    ups_update_restored();
  return out;
}

/* Where an update may begin: a call that does nothing, so that there is a continuation point after it. */
void __upstare_update_point(void) { __asm__ volatile("" ::: "memory"); }

/* A no-update region begins. */
void __upstare_no_update_begin(void) {
  if (ups_self())
    ups_self()->no_update++;
}

/* A no-update region ends. */
void __upstare_no_update_end(void) {
  if (ups_self() && ups_self()->no_update)
    ups_self()->no_update--;
}
