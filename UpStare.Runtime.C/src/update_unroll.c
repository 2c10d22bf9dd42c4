/* update_unroll.c - all have stopped: they unroll to their bases, the program changes its version there, once, and all are
 * restored; or everything is put back. */
#include "update_steps.h"
#include "away.h"
#include "commit.h"
#include "debugger.h"
#include "patch.h"
#include "report.h"
#include "sites.h"
#include "stop.h"
#include "torture.h"
#include "transform.h"
#include <errno.h>

extern const char upstare_roll_back[] __attribute__((visibility("hidden")));

/* Who joins comes from the version before. */
const struct ups_image *ups_update_image(const struct ups_thread *thread) { return thread->joins ? thread->image_left : ups_state->image; }

/* The unrolling cannot be completed: the next thing to run is the int3 behind the base, on the side stack. */
static uintptr_t give_up(struct ups_thread *self, enum ups_error error, struct ups_machine *machine) {
  if (self->joins) /* the walk has found otherwise: old code must not go on with new data */
    ups_away_lost();
  self->failure = error;
  machine->registers[REG_RSP] = (greg_t)self->side_stack;
  return (uintptr_t)upstare_roll_back;
}

/* The second frame fails, or the only one. */
static bool is_to_fail(const struct ups_thread *self) {
  return !self->joins && self->cursor_frame == (self->frame_count > 1) && ups_fault(UPS_FAULT_UNROLL);
}

/* A site trapped while unrolling: its frame is read, and it returns (or, partial, goes on). */
uintptr_t ups_update_unrolled(uint32_t site, struct ups_machine *machine) {
  struct ups_thread *self = ups_self();
  const struct ups_image *image = ups_update_image(self);
  if (self->cursor_frame >= self->frame_count || site != self->cursor_site || is_to_fail(self))
    return give_up(self, UPS_UNROLL, machine);
  const struct upstare_site *s = &image->sites[site];
  if (ups_state->purpose != UPS_FOR_TORTURE)
    ups_read_site(self, image, site, machine);
  if (s->flags & UPSTARE_SITE_PARTIAL) {
    self->cursor_operand += s->operand_count;
    self->cursor_site = s->outer;
    return (uintptr_t)machine->registers[REG_RIP];
  }
  self->cursor_operand = 0;
  if (++self->cursor_frame < self->frame_count)
    self->cursor_site = self->frames[self->cursor_frame].first;
  return image->base + s->cold;
}

/* The thread has come to a barrier; the last to come does `what`, with the lock, and lets all go on.  Only that one takes the lock:
 * all come at once.  It wakes them without: they may take its processor, and the next request would wait for the lock until it is given
 * one again. */
static void arrive(void (*what)(void)) {
  if (++ups_state->arrived < ups_state->expected)
    return;
  ups_lock();
  ups_state->arrived = 0;
  what();
  bool is_over = ups_state->phase < UPS_UNROLLING;
  ups_state->met++;
  ups_unlock();
  ups_wake_all(&ups_state->met);
  ups_update_end_turn();
  if (is_over)
    ups_away_wake();
}

/* A barrier: nobody leaves before all threads of this update have come. */
static void meet(enum ups_error error, void (*what)(void)) {
  uint32_t met = ups_state->met; /* read first: the last to come may be on its way */
  if (error)
    ups_state->failure = error;
  arrive(what);
  while (ups_state->met == met)
    ups_sleep_while(&ups_state->met, met, -1);
}

/* All are at their bases, their surviving objects in place; no stack is whole.  From unrolling to committing, or to
 * rolling back. */
static void all_unrolled(void) {
  enum ups_error error = ups_state->failure;
  if (!error && ups_state->purpose == UPS_FOR_TORTURE)
    ups_torture_compare();
  else if (!error && ups_fault(UPS_FAULT_BASE))
    error = UPS_INJECTED;
  else if (!error && !ups_state->patch->committed && !(error = ups_commit_prepare(ups_state->patch)))
    error = ups_transform(ups_state->patch, &ups_state->failure_reason);
  if (error || ups_state->purpose == UPS_FOR_TORTURE) {
    ups_transform_end(false);
    ups_state->failure = error;
    ups_state->phase = UPS_ROLLING_BACK;
    return;
  }
  ups_state->phase = UPS_COMMITTING;
  ups_away_keep_sites();
  ups_commit(ups_state->patch);
  ups_transform_end(true);
  ups_state->phase = UPS_RESTORING;
}

/* Below what survives; the first clone. */
static void *start_restoring(struct ups_thread *self) {
  self->base_sp = ups_new_stack(self);
  self->left = self->new_count;
  self->kept_count = 0;
  return __upstare_next();
}

/* Called by the base when the thread has unrolled to it, on the side stack.  Returns the clone to call, or 0: put
 * everything back. */
void *ups_at_base(void) {
  struct ups_thread *self = ups_self();
  self->unrolled = 0;
  bool whole = self->cursor_frame == self->frame_count;
  if (self->joins) { /* nobody waits for it, and nothing can go back */
    if (!whole)
      ups_away_lost();
    ups_survivors_back(self);
    return start_restoring(self);
  }
  if (whole && ups_state->purpose != UPS_FOR_TORTURE)
    ups_survivors_back(self);
  meet(whole ? UPS_NONE : UPS_UNROLL, all_unrolled);
  return ups_state->phase == UPS_ROLLING_BACK ? 0 : start_restoring(self);
}

/* Data could not be converted as they were: they may be other ones at the next point.  To find out cost time, of which the
 * program now gets ten times as much. */
static void rest_after_transform(enum ups_error error) {
  ups_state->failure_reason.error = error;
  ups_report_refusal(&ups_state->failure_reason);
  ups_state->failure_reason.error = UPS_NONE;
  if (ups_state->purpose == UPS_FOR_REQUEST)
    ups_update_rest(10 * (ups_now() - ups_state->stopped));
}

/* All stacks are as they were. */
static void all_put_back(void) {
  enum ups_error error = ups_state->failure;
  ups_away_cancel();
  ups_state->failure = UPS_NONE;
  bool is_transform = error && error == ups_state->failure_reason.error;
  ups_state->failure_reason.error = UPS_NONE;
  if (error && (!is_transform || error == UPS_TRANSFORM_FAULT))
    ups_update_finish(error, is_transform ? ups_state->failure_reason.detail : 0);
  else
    ups_state->phase = UPS_ARMED;
  if (is_transform && error != UPS_TRANSFORM_FAULT)
    rest_after_transform(error);
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_LEAVES)
      t->state = UPS_THREAD_RUNS;
}

/* Everything is put back; the handler returns to the stopped instruction. */
void ups_update_roll_back(struct ups_machine *machine) {
  struct ups_thread *self = ups_self();
  if (self->failure) { /* it has not come to its base */
    self->unrolled = 0;
    meet(self->failure, all_unrolled);
    self->failure = UPS_NONE;
  }
  ups_put_back(self, machine);
  int kept = errno;
  meet(UPS_NONE, all_put_back);
  errno = kept;
}

/* Notes the update for the status. */
static void record(void) {
  struct timespec t;
  struct ups_history h = {.pause = ups_now() - ups_state->stopped, .threads = ups_state->expected + ups_state->away, .frames = ups_state->frames};
  ups_sys(SYS_clock_gettime, CLOCK_REALTIME, &t);
  h.when = t.tv_sec;
  ups_state->history[ups_state->updates++ % UPS_HISTORY_MAX] = h;
}

/* Is UPSTARE_APPLY_AT to apply its patch again? */
static bool again(void) {
  const struct upstare_patch *p = ups_state->patch->blob;
  bool more = !ups_state->times || ups_state->updates < ups_state->times;
  return ups_state->purpose == UPS_FOR_APPLY_AT && ups_state->every && more && p->from_id_size == p->to_id_size &&
         ups_same(p->from_id, p->to_id, p->from_id_size);
}

/* All stacks have been rebuilt. */
static void all_restored(void) {
  ups_debugger_register(ups_state->version);
  ups_away_end_update();
  record();
  if (again()) {
    ups_update_answer(UPS_NONE, 0);
    ups_state->next = ups_state->points + ups_state->every;
    ups_state->phase = ups_sites_arm(ups_state->image, true) ? UPS_ARMED : UPS_IDLE;
  } else
    ups_update_finish(UPS_NONE, 0);
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_LEAVES)
      t->state = UPS_THREAD_RUNS;
}

/* May a thread go on before the others are whole again?  One whose call goes on to wait leaves them the processors; and where no
 * data moved, what it may see of their stacks is in its place. */
static bool need_not_wait(const struct ups_thread *self) {
  return self->parked && !ups_converts_data(ups_state->patch->blob);
}

/* The innermost frame has been rebuilt: when that is so in all threads, they go on.  The mask is put back last: from
 * then on the program's signal handlers run. */
void ups_update_restored(void) {
  struct ups_thread *self = ups_self();
  if (self->joins)
    ups_away_joined(self);
  else if (need_not_wait(self)) {
    self->state = UPS_THREAD_RUNS;
    arrive(all_restored);
  } else
    meet(UPS_NONE, all_restored);
  errno = ups_self()->saved_errno;
  ups_signals_restore(ups_self()->mask);
}
