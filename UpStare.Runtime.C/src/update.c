/* update.c - the update protocol: every change of ups_state->phase is here.  update.h says what each phase means.
 *
 *   idle -> requested -> armed <-> parking -> unrolling -> committing -> restoring -> idle
 *                          ^                      |            |
 *                          `----- rolling back <--+------------'
 *
 * Runs in the update signal's handler and at the base on side stacks, in the trap handler on the program's
 * stacks, and (ups_update_restored, births and deaths) as plain functions of the program.  Nowhere is malloc used. */
#include "update.h"
#include "arena.h"
#include "away.h"
#include "blocking_call.h"
#include "commit.h"
#include "control.h"
#include "debugger.h"
#include "foreign.h"
#include "frames.h"
#include "load.h"
#include "patch.h"
#include "report.h"
#include "sites.h"
#include "stop.h"
#include "torture.h"
#include "transform.h"
#include "trap.h"
#include <errno.h>

#define MS INT64_C(1000000)
#define DEADLINE_MS 5000
#define TICK (2 * MS)
#define PARK_BUDGET (150 * MS)   /* so long the first to park stands still; then everybody goes on */
#define REST_FIRST (10 * MS)     /* between two attempts; twice as long after each */
#define REST_LONGEST (160 * MS)
#define POSITION_AFTER (30 * MS) /* a thread that comes to no point for so long is asked where it is */
#define REFUSALS_A_TICK 64       /* more, and the sites rest for a while: the program must get on */

extern const char upstare_roll_back[] __attribute__((visibility("hidden")));

static void try_decide(void);

/* Everybody who waits looks again. */
static void end_turn(void) {
  ups_state->turn++;
  ups_wake_all(&ups_state->turn);
}

/* Does the update want threads to stop? */
bool ups_update_waiting(void) {
  enum ups_phase phase = ups_state ? ups_state->phase : UPS_IDLE;
  return phase == UPS_ARMED || phase == UPS_PARKING;
}

/* Is a call that waits to be taken back?  Not while sites rest, or the pause would begin again at once. */
bool ups_update_takes_back(void) {
  return ups_state->phase == UPS_PARKING ||
         (ups_state->phase == UPS_ARMED && ups_state->purpose == UPS_FOR_REQUEST && ups_state->image->armed);
}

/* Would a trap kill the process? */
static bool trap_is_blocked(void) {
  for (const struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_RUNS && t->trap_blocked)
      return true;
  return false;
}

/* The sites become traps. */
static enum ups_error arm(void) {
  int64_t before = ups_now();
  if (!ups_foreign_allow())
    return UPS_FOREIGN_THREAD;
  ups_trap_unmask_handlers();
  ups_trap_install();
  if (!ups_sites_arm(ups_state->image, true))
    return UPS_TEXT_WRITE;
  ups_state->arm_cost = ups_now() - before;
  ups_state->refused_since_tick = 0;
  return UPS_NONE;
}

/* The sites rest for a while, so that the program gets on. */
static void rest(int64_t nanoseconds) {
  if (ups_state->image->armed)
    ups_sites_arm(ups_state->image, false);
  ups_state->rearm_at = ups_now() + nanoseconds;
}

/* Wakes the threads that have not parked; each signal is sent only when the one before has arrived. */
static void nudge(void) {
  const struct ups_thread *self = ups_self();
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t != self && t->state == UPS_THREAD_RUNS && !t->asleep && !ups_away(t) && !t->joins && !atomic_exchange(&t->nudged, true) &&
        ups_sys(SYS_tgkill, ups_state->pid, t->tid, ups_state->signal) < 0)
      t->nudged = false;
}

struct answer {
  enum ups_error error;
  const char *detail;
};
static long answer_on_stack(void *answer) {
  const struct answer *a = answer;
  ups_report_answer(a->error, a->detail);
  return 0;
}

/* Answers, on the side stack: a thread's own may be small (rule T4). */
static void answer(enum ups_error error, const char *detail) {
  struct answer a = {error, detail};
  uintptr_t here = (uintptr_t)__builtin_frame_address(0), top = ups_self()->side_stack;
  if (here < top && top - here < UPS_SIDE_STACK)
    answer_on_stack(&a);
  else
    ups_on_stack(answer_on_stack, &a, top);
}

/* Lets go of a patch that was not committed.  A thread may have run into one of its traps and not have come to the
 * handler yet; a nop tells the handler that it was ours, an int3 of flag mode does not: then the tables stay. */
static void drop(struct ups_patch *patch) {
  ups_arena_release(patch->text_mark, patch->data_mark);
  if (!ups_state->version && ups_state->many && ups_state->image->has_flags)
    return;
  if (!ups_state->version)
    ups_load_forget();
  ups_patch_drop(patch);
}

/* Back to idle: nothing of the update is left but, if it was committed, the new version. */
static void finish(enum ups_error error, const char *detail) {
  struct ups_patch *patch = ups_state->patch;
  ups_timer_stop();
  if (ups_state->image->armed)
    ups_sites_arm(ups_state->image, false);
  ups_trap_remove();
  answer(error, detail);
  if (patch && !patch->committed)
    drop(patch);
  ups_state->patch = 0;
  ups_state->phase = UPS_IDLE;
}

/* Those who have parked go on where they are. */
static void release(void) {
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_PARKED)
      t->state = UPS_THREAD_RUNS;
  if (ups_state->phase == UPS_PARKING)
    ups_state->phase = UPS_ARMED;
  end_turn();
}

/* From idle to requested: what an update remembers is as new.  False: another is under way. */
static bool claim(enum ups_purpose purpose) {
  ups_lock();
  bool idle = ups_state->phase == UPS_IDLE;
  if (idle) {
    ups_state->phase = UPS_REQUESTED;
    ups_state->purpose = purpose;
    ups_state->patch = 0;
    ups_state->failure = UPS_NONE;
    ups_state->released = ups_state->foreign_threads = 0;
    ups_state->rearm_at = 0;
    ups_state->driver = ups_self();
    for (struct ups_thread *t = ups_state->threads; t; t = t->next) {
      t->reason_count = 0;
      t->refused = t->asleep = t->ready = t->trap_blocked = false;
    }
  }
  ups_unlock();
  return idle;
}

/* Loads the patch. */
static enum ups_error load(const char *path, char *detail) {
  size_t text, data;
  ups_arena_mark(&text, &data);
  enum ups_error error = ups_load(path, detail);
  if (!error && !ups_state->patch->committed) {
    ups_state->patch->text_mark = text;
    ups_state->patch->data_mark = data;
  }
  return error;
}

/* A trap would kill a program that blocks SIGTRAP: its sites are left alone as long as it does. */
static void rest_while_blocked(struct ups_thread *thread) {
  ups_report_note(thread, &(struct ups_reason){.error = UPS_TRAP_BLOCKED});
  if (ups_state->image->armed)
    ups_sites_arm(ups_state->image, false);
}

/* Another request came. */
static void busy(void) {
  char buffer[256];
  struct ups_text t;
  ups_text_start(&t, buffer, sizeof buffer);
  ups_text_add(&t, ups_error_word(UPS_BUSY));
  ups_text_add(&t, "\n");
  ups_text_add(&t, ups_error_text(UPS_BUSY));
  ups_text_add(&t, "\n");
  ups_control_reply(&t);
}

/* The update signal. */
void ups_update_request(int64_t value, bool trap_blocked) {
  char detail[256] = "";
  if (value == 1) {
    ups_control_status();
    return;
  }
  if (!claim(UPS_FOR_REQUEST)) {
    busy();
    return;
  }
  ups_state->started = ups_now();
  ups_state->deadline = ups_state->started + (value > 1 ? value : DEADLINE_MS) * MS;
  enum ups_error error = load(0, detail);
  ups_lock();
  ups_self()->trap_blocked = trap_blocked;
  if (!error)
    error = arm();
  if (!error && trap_blocked)
    rest_while_blocked(ups_self());
  if (!error && !ups_timer_start(TICK))
    error = UPS_TIMER;
  if (error)
    finish(error, detail);
  else {
    ups_state->phase = UPS_ARMED;
    nudge();
  }
  ups_unlock();
}

/* UPSTARE_APPLY_AT, UPSTARE_ROLLBACK_EVERY. */
void ups_update_at_start(const char *path, enum ups_purpose purpose, uint64_t first, uint64_t every) {
  char detail[256] = "";
  ups_state->next = first;
  ups_state->every = every;
  claim(purpose);
  enum ups_error error = load(path, detail);
  uint64_t mask = ups_signals_block();
  ups_lock();
  if (!error)
    error = arm();
  if (error)
    finish(error, detail);
  else
    ups_state->phase = UPS_ARMED;
  ups_unlock();
  ups_signals_restore(mask);
}

/* The parking budget has run out: everybody goes on, rests, and tries again at other points. */
static void give_way(void) {
  int64_t pause = REST_FIRST << (ups_state->released < 4 ? ups_state->released : 4);
  ups_state->released++;
  release();
  if (ups_state->purpose == UPS_FOR_TORTURE)
    ups_torture_skipped();
  if (ups_state->purpose == UPS_FOR_REQUEST)
    rest(pause < REST_LONGEST ? pause : REST_LONGEST);
  else
    ups_state->next = ups_state->points + (1u << (ups_state->released < 10 ? ups_state->released : 10));
}

/* Every 2 ms while threads are to stop: the deadline, the parking budget, sites that rested, threads that sleep. */
static void look_at_clocks(void) {
  int64_t now = ups_now();
  if (!ups_update_waiting())
    return;
  if (ups_state->purpose == UPS_FOR_REQUEST && now > ups_state->deadline) {
    finish(UPS_DEADLINE, 0);
    release();
    return;
  }
  if (!ups_foreign_allow()) { /* a library has made one */
    finish(UPS_FOREIGN_THREAD, 0);
    release();
    return;
  }
  try_decide();
  if (ups_state->phase == UPS_PARKING && now > ups_state->park_until)
    give_way();
  if (!ups_update_waiting())
    return;
  ups_state->refused_since_tick = 0;
  if (!ups_state->image->armed && now >= ups_state->rearm_at && !trap_is_blocked())
    arm();
  if (ups_update_takes_back())
    nudge();
}

/* The timer's signal. */
void ups_update_tick(bool trap_blocked) {
  struct ups_thread *self = ups_self();
  ups_lock();
  self->trap_blocked = trap_blocked;
  if (ups_update_waiting() && trap_blocked)
    rest_while_blocked(self);
  look_at_clocks();
  ups_unlock();
}

/* Another thread's signal. */
void ups_update_nudged(const struct ups_machine *machine, bool trap_blocked) {
  struct ups_thread *self = ups_self();
  self->nudged = false;
  if (!ups_update_waiting())
    return;
  bool late = ups_now() - ups_state->started > POSITION_AFTER;
  if (!late && trap_blocked == self->trap_blocked)
    return;
  ups_lock();
  self->trap_blocked = trap_blocked;
  if (ups_update_waiting() && trap_blocked)
    rest_while_blocked(self);
  else if (ups_update_waiting() && (!self->reason_count || self->reasons[0].error == UPS_NOT_REACHED))
    ups_report_position(self, machine);
  ups_unlock();
}

/* While the program waits where it cannot be updated, waking it changes nothing. */
void ups_update_asleep(bool asleep) {
  ups_self()->asleep = asleep;
  if (!ups_state->many && ups_state->phase == UPS_ARMED && ups_state->timer_runs)
    ups_timer_set(asleep ? 50 * TICK : TICK);
}

/* Are all threads where the update can begin?  One that has left its base must be gone: destructors of its data may run. */
static bool all_stopped(void) {
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_BORN || t->state == UPS_THREAD_JOINS || (t->state == UPS_THREAD_RUNS && !ups_away(t)) || (t->state == UPS_THREAD_ENDS && !ups_thread_gone(t)))
      return false;
  return ups_foreign_held();
}

/* From parking to unrolling, once all have stopped. */
static void try_decide(void) {
  if (ups_state->phase != UPS_PARKING || !all_stopped())
    return;
  enum ups_error error = ups_fault(UPS_FAULT_DECIDE) ? UPS_INJECTED : UPS_NONE;
  if (!error && !ups_state->image->armed) /* they rested; unrolling needs every site */
    error = arm();
  if (error) {
    finish(error, 0);
    release();
    return;
  }
  if (!ups_away_claim())
    return;
  if (ups_state->purpose == UPS_FOR_TORTURE)
    ups_torture_copy();
  ups_report_stop(ups_state->ticker);
  ups_state->expected = ups_state->arrived = 0;
  ups_state->failure = UPS_NONE;
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_PARKED) {
      t->state = UPS_THREAD_LEAVES;
      ups_state->expected++;
    }
  ups_state->phase = UPS_UNROLLING;
  end_turn();
}

/* A thread comes to its base for the first time: not while others stand still, because its first function would run. */
void ups_update_birth(struct ups_thread *thread) {
  ups_lock();
  thread->state = UPS_THREAD_WAITS;
  try_decide();
  while (ups_state->phase >= UPS_PARKING) {
    uint32_t turn = ups_state->turn;
    ups_unlock();
    ups_sleep_while(&ups_state->turn, turn, -1);
    ups_lock();
  }
  thread->state = UPS_THREAD_RUNS;
  ups_unlock();
}

/* A thread has left its base; another is to be woken by the timer. */
void ups_update_death(struct ups_thread *thread) {
  ups_lock();
  thread->state = UPS_THREAD_ENDS;
  if (ups_state->driver == thread && ups_state->timer_runs) {
    ups_timer_stop();
    struct ups_thread *t = ups_state->threads;
    while (t && t->state != UPS_THREAD_RUNS && t->state != UPS_THREAD_PARKED)
      t = t->next;
    if (t) {
      ups_state->driver = t;
      ups_timer_start(TICK);
    }
  }
  ups_unlock();
}

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
    rest(10 * ups_state->arm_cost);
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
    if (t != self && t->state == UPS_THREAD_RUNS && owner_of(t->waits_for) == self->tid)
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
  if (ups_state->purpose != UPS_FOR_REQUEST)
    ups_state->started = ups_state->stopped;
}

/* Waits in the trap handler, with the lock, which others have meanwhile. */
static void wait_parked(struct ups_thread *self) {
  while (self->state == UPS_THREAD_PARKED) {
    bool ticks = ups_state->ticker == self;
    uint32_t turn = ups_state->turn;
    ups_unlock();
    ups_sleep_while(&ups_state->turn, turn, ticks ? TICK : -1);
    ups_lock();
    if (ticks && self->state == UPS_THREAD_PARKED)
      look_at_clocks();
  }
}

/* Stops the thread in place, if it can be, until all have stopped.  With the lock. */
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
  bool first = ups_state->phase == UPS_ARMED;
  self->state = UPS_THREAD_PARKED;
  if (first)
    start_parking(self);
  self->ready = true;
  try_decide();
  if (first && self->state == UPS_THREAD_PARKED)
    nudge();
  wait_parked(self);
  return self->state == UPS_THREAD_LEAVES;
}

/* A trap.  True: unrolling begins. */
bool ups_update_consider(uintptr_t pc, uint32_t *site, struct ups_machine *machine) {
  struct ups_thread *self = ups_self();
  bool leaves = false;
  ups_lock();
  *site = pc && ups_state->image->sites ? ups_site_at(ups_state->image, pc) : UPSTARE_NONE;
  if (*site != UPSTARE_NONE)
    self->parked = 0;
  if (ups_update_waiting() && (*site != UPSTARE_NONE || (self->parked && ups_update_takes_back())))
    leaves = park(self, *site, machine);
  ups_unlock();
  if (!leaves)
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

/* A site trapped while unrolling: its frame is read, and it returns (or, partial, goes on). */
uintptr_t ups_update_unrolled(uint32_t site, struct ups_machine *machine) {
  struct ups_thread *self = ups_self();
  const struct ups_image *image = ups_update_image(self);
  if (self->cursor_frame >= self->frame_count || site != self->cursor_site || (!self->joins && ups_fault(UPS_FAULT_UNROLL) && self->cursor_frame == 1))
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

/* A barrier: nobody leaves before all threads of this update have come; the last does `what` before. */
static void meet(enum ups_error error, void (*what)(void)) {
  ups_lock();
  if (error)
    ups_state->failure = error;
  if (++ups_state->arrived == ups_state->expected) {
    ups_state->arrived = 0;
    what();
    end_turn();
    ups_unlock();
    return;
  }
  uint32_t turn = ups_state->turn;
  ups_unlock();
  while (ups_state->turn == turn)
    ups_sleep_while(&ups_state->turn, turn, -1);
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
  ups_report_note(ups_self(), &ups_state->failure_reason);
  ups_state->failure_reason.error = UPS_NONE;
  if (ups_state->purpose == UPS_FOR_REQUEST)
    rest(10 * (ups_now() - ups_state->stopped));
}

/* All stacks are as they were. */
static void all_put_back(void) {
  enum ups_error error = ups_state->failure;
  ups_away_cancel();
  ups_state->failure = UPS_NONE;
  bool is_transform = error && error == ups_state->failure_reason.error;
  ups_state->failure_reason.error = UPS_NONE;
  if (error && (!is_transform || error == UPS_TRANSFORM_FAULT))
    finish(error, is_transform ? ups_state->failure_reason.detail : 0);
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
  struct ups_history h = {.pause = ups_now() - ups_state->stopped, .threads = ups_state->expected};
  for (const struct ups_thread *thread = ups_state->threads; thread; thread = thread->next)
    if (thread->state == UPS_THREAD_LEAVES)
      h.frames += thread->frame_count;
  ups_sys(SYS_clock_gettime, CLOCK_REALTIME, &t);
  h.when = t.tv_sec;
  ups_state->history[ups_state->updates++ % UPS_HISTORY_MAX] = h;
}

/* Is UPSTARE_APPLY_AT to apply its patch again? */
static bool again(void) {
  const struct upstare_patch *p = ups_state->patch->blob;
  return ups_state->purpose == UPS_FOR_APPLY_AT && ups_state->every && p->from_id_size == p->to_id_size &&
         ups_same(p->from_id, p->to_id, p->from_id_size);
}

/* All stacks have been rebuilt. */
static void all_restored(void) {
  ups_debugger_register(ups_state->version);
  ups_away_end_update();
  record();
  if (again()) {
    answer(UPS_NONE, 0);
    ups_state->next = ups_state->points + ups_state->every;
    ups_state->phase = ups_sites_arm(ups_state->image, true) ? UPS_ARMED : UPS_IDLE;
  } else
    finish(UPS_NONE, 0);
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_LEAVES)
      t->state = UPS_THREAD_RUNS;
}

/* The innermost frame has been rebuilt: when that is so in all threads, they go on.  The mask is put back last: from
 * then on the program's signal handlers run. */
void ups_update_restored(void) {
  if (ups_self()->joins)
    ups_away_joined(ups_self());
  else
    meet(UPS_NONE, all_restored);
  errno = ups_self()->saved_errno;
  ups_signals_restore(ups_self()->mask);
}

/* A forked child: takes its sites back where it can, and is its own process from now on. */
void ups_update_forget(void) {
  ups_arena_forked();
  *ups_state->forked = 1;
  ups_state->pid = (int)ups_sys(SYS_getpid);
  ups_thread_forked();
  ups_state->timer_runs = false; /* timers are not inherited */
  bool waiting = ups_update_waiting();
  ups_state->phase = UPS_IDLE;
  if (!waiting)
    return;
  if (ups_state->image->armed && !ups_sites_arm(ups_state->image, false))
    return; /* code in the arena: its traps stay, and go on */
  ups_trap_remove();
  ups_state->patch = 0;
  if (!ups_state->version)
    ups_load_forget();
}
