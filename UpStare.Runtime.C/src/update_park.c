/* update_park.c - a thread comes to a point, examines its own stack, and stops there until all have stopped. */
#include "update_steps.h"
#include "away.h"
#include "blocking_call.h"
#include "frames.h"
#include "report.h"
#include "sites.h"
#include "stop.h"
#include "torture.h"

#define PARK_BUDGET (150 * UPS_MS) /* so long the first to park stands still; then everybody goes on */
#define REFUSALS_A_TICK 64         /* more, and the sites rest for a while: the program must get on */

/* Is this one of the points that the environment chose? */
static bool chosen(uint32_t site) {
  if (site != UPSTARE_NONE)
    ups_state->points++;
  if (ups_state->phase == UPS_PARKING)
    return true; /* another thread's point was chosen */
  switch (ups_state->purpose) {
  case UPS_FOR_APPLY_AT: return site != UPSTARE_NONE && ups_state->points >= ups_state->next;
  case UPS_FOR_TORTURE: return site != UPSTARE_NONE && ups_state->points % ups_state->every == 0;
  default: return true;
  }
}

/* Remembers why it went on, and lets a program rest that runs into one refusal after the other. */
static void go_on(struct ups_thread *self, const struct ups_reason *reason) {
  ups_report_note(self, reason);
  if (ups_state->purpose == UPS_FOR_TORTURE && ups_state->phase == UPS_ARMED)
    ups_torture_skipped();
  if (ups_state->purpose == UPS_FOR_REQUEST && ++ups_state->refused_since_tick > REFUSALS_A_TICK)
    ups_update_rest(10 * ups_state->arm_cost);
}

/* The thread that has a mutex; 0: none, or not known.  Once threads are cancelled, one may have left its wait without
 * saying so, and the mutex may be gone. */
static int owner_of(void *mutex) {
  int owner = 0;
  if (!ups_call_cancelled_once)
    return mutex ? ((pthread_mutex_t *)mutex)->__data.__owner : 0;
  struct iovec to = {&owner, sizeof owner}, from = {&((pthread_mutex_t *)mutex)->__data.__owner, sizeof owner};
  long n = mutex ? ups_sys(SYS_process_vm_readv, ups_state->pid, &to, 1, &from, 1, 0) : 0;
  return n == sizeof owner ? owner : 0;
}

/* Would a thread that waits for a condition variable never stop if this one did?  It needs its mutex first. */
static bool holds_needed_mutex(const struct ups_thread *self) {
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t != self && t->state == UPS_THREAD_RUNS && !ups_away(t) && owner_of(t->waits_for) == self->tid)
      return true;
  return false;
}

/* The walk, the mapping, the memory; anything but UPS_NONE leaves the program as it was. */
static enum ups_error stop(struct ups_thread *self, uint32_t site, struct ups_machine *machine, struct ups_reason *reason) {
  const struct ups_image *image = ups_state->image;
  if (self->no_update)
    return reason->error = UPS_NO_UPDATE_REGION;
  enum ups_error error = ups_walk(self, image, site, machine, reason);
  if (!error && ups_state->purpose != UPS_FOR_TORTURE)
    error = ups_prepare(self, image, ups_state->patch->blob, machine, reason);
  if (!error && (error = ups_snapshot_room(self, machine)))
    *reason = (struct ups_reason){.error = error};
  return error;
}

/* From armed to parking: the first to stop starts the clock and wakes the others. */
static void start_parking(struct ups_thread *self) {
  ups_state->phase = UPS_PARKING;
  ups_state->stopped = ups_now();
  ups_state->park_until = ups_state->stopped + PARK_BUDGET;
  ups_state->ticker = self;
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    t->ready = false;
  ups_away_hold();
  if (ups_state->purpose != UPS_FOR_REQUEST)
    ups_state->started = ups_state->stopped;
}

/* One tick of who looks at the clocks for all that have parked: does everybody run no more? */
static void tick(const struct ups_thread *self, bool calls) {
  ups_lock();
  bool waits = self->state == UPS_THREAD_PARKED && ups_update_look_at_clocks();
  ups_unlock();
  if (waits && calls)
    ups_update_nudge();
}

/* Waits in the trap handler.  Without the lock: all who are woken would want it at once.  Threads that go away tell nobody, so at first the ticks
 * are short. */
static void wait_parked(const struct ups_thread *self) {
  bool ticks = ups_state->ticker == self;
  int64_t pause = UPS_TICK / 16;
  if (ticks && !ups_state->calls_stay) /* who runs comes by itself */
    ups_update_nudge();
  for (;;) {
    uint32_t turn = ups_state->turn; /* read first: who changes the state ends the turn afterwards */
    if (self->state != UPS_THREAD_PARKED)
      return;
    ups_sleep_while(&ups_state->turn, turn, ticks ? pause : -1);
    if (ticks)
      tick(self, pause == UPS_TICK);
    pause = pause < UPS_TICK ? 2 * pause : UPS_TICK;
  }
}

/* Stops the thread in place, if it can be: until all have stopped, and perhaps that is so now.  With the lock. */
static bool park(struct ups_thread *self, uint32_t site, struct ups_machine *machine) {
  struct ups_reason reason = {0};
  if (site != UPSTARE_NONE && ups_state->image->inner[site] & UPS_SITE_INNER)
    return false; /* the first operands of this point have gone by */
  if (!chosen(site))
    return false;
  if (holds_needed_mutex(self)) {
    ups_report_note(self, &(struct ups_reason){.error = UPS_MUTEX_NEEDED});
    return false;
  }
  if (stop(self, site, machine, &reason)) {
    self->refused = site == UPSTARE_NONE;
    go_on(self, &reason);
    return false;
  }
  self->state = UPS_THREAD_PARKED;
  if (ups_state->phase == UPS_ARMED)
    start_parking(self);
  self->ready = true;
  ups_update_try_decide();
  return true;
}

/* A trap.  True: unrolling begins. */
bool ups_update_consider(uintptr_t pc, uint32_t *site, struct ups_machine *machine) {
  struct ups_thread *self = ups_self();
  bool parks = false;
  ups_lock();
  *site = pc && ups_state->image->sites ? ups_site_at(ups_state->image, pc) : UPSTARE_NONE;
  if (*site != UPSTARE_NONE)
    self->parked = 0;
  if (ups_update_waiting() && !self->joins && (*site != UPSTARE_NONE || (self->parked && ups_update_takes_back())))
    parks = park(self, *site, machine);
  ups_unlock();
  if (parks)
    wait_parked(self);
  if (!parks || self->state != UPS_THREAD_LEAVES)
    return false;
  ups_snapshot(self, machine);
  if (self->parked)
    *self->kept_call = *self->parked;
  self->cursor_frame = 0;
  self->cursor_site = self->frames[0].first;
  self->cursor_operand = 0;
  self->interruption_now = 0;
  self->failure = UPS_NONE;
  self->unrolled = 1;
  return true;
}
