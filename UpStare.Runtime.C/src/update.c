/* update.c - the update protocol, from the request on, and back to idle: arming, the clocks, the threads that are born and end.
 *
 *   idle -> requested -> armed <-> parking -> unrolling -> committing -> restoring -> idle
 *                          ^                      |            |
 *                          `----- rolling back <--+------------'
 *          update.c             update_park.c            update_unroll.c
 *
 * update.h says what each phase means; ups_state->phase is changed in these three files only.  All this runs in the update
 * signal's handler and at the base on side stacks, in the trap handler on the program's stacks, and (ups_update_restored, births
 * and deaths) as plain functions of the program.  Nowhere is malloc used. */
#include "update_steps.h"
#include "arena.h"
#include "away.h"
#include "blocking_wait.h"
#include "control.h"
#include "foreign.h"
#include "fork.h"
#include "load.h"
#include "patch.h"
#include "report.h"
#include "sites.h"
#include "tls.h"
#include "torture.h"
#include "trap.h"

#define DEADLINE_MS 5000
#define REST_FIRST (10 * UPS_MS) /* between two attempts; twice as long after each */
#define REST_LONGEST (160 * UPS_MS)
#define CALLS_AFTER (10 * UPS_MS)    /* if no thread has come to a point for so long, those that are blocked are called */
#define POSITION_AFTER (30 * UPS_MS) /* a thread that comes to no point for so long is asked where it is */

/* Everybody who waits looks again. */
void ups_update_end_turn(void) {
  ups_state->turn++;
  ups_wake_all(&ups_state->turn);
}

/* Does the update want threads to stop? */
static bool is_waiting(enum ups_phase phase) { return phase == UPS_ARMED || phase == UPS_PARKING; }
bool ups_update_waiting(void) { return ups_state && is_waiting(ups_state->phase); }

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
  if (!ups_arena_own())
    return UPS_LENT;
  if (!ups_foreign_allow())
    return UPS_FOREIGN_THREAD;
  ups_trap_unmask_handlers();
  ups_trap_install();
  ups_away_hold(); /* who comes back says first whether it blocks traps */
  if (!ups_sites_arm(ups_state->image, true))
    return UPS_TEXT_WRITE;
  ups_state->arm_cost = ups_now() - before;
  ups_state->refused_since_tick = 0;
  return UPS_NONE;
}

/* The sites rest for a while, so that the program gets on. */
void ups_update_rest(int64_t nanoseconds) {
  if (ups_state->image->armed)
    ups_sites_arm(ups_state->image, false);
  ups_state->rearm_at = ups_now() + nanoseconds;
}

/* Each signal is sent only when the one before has arrived. */
void ups_update_call(struct ups_thread *t) {
  if (!atomic_exchange(&t->nudged, true) && ups_sys(SYS_tgkill, ups_state->pid, t->tid, ups_state->signal) < 0)
    t->nudged = false;
}

/* Wakes the threads that have not parked. */
void ups_update_nudge(void) {
  const struct ups_thread *self = ups_self();
  for (struct ups_thread *t = ups_state->threads; t && ups_update_waiting(); t = t->next)
    if (t != self && t->state == UPS_THREAD_RUNS && !t->asleep && !ups_away(t) && !(t->joins && t->away_frame & UPS_AWAY_FOR_LONG))
      ups_update_call(t);
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
void ups_update_answer(enum ups_error error, const char *detail) {
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
void ups_update_finish(enum ups_error error, const char *detail) {
  struct ups_patch *patch = ups_state->patch;
  ups_timer_stop();
  if (ups_state->image->armed)
    ups_sites_arm(ups_state->image, false);
  ups_trap_remove();
  ups_update_answer(error, detail);
  if (patch && !patch->committed)
    drop(patch);
  ups_state->patch = 0;
  ups_state->phase = UPS_IDLE;
}

/* Those who have parked go on where they are. */
void ups_update_release(void) {
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_PARKED)
      t->state = UPS_THREAD_RUNS;
  if (ups_state->phase == UPS_PARKING)
    ups_state->phase = UPS_ARMED;
  ups_away_wake();
  ups_update_end_turn();
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
    ups_state->released = ups_state->foreign_threads = ups_state->refusal_count = 0;
    ups_state->rearm_at = 0;
    ups_state->calls_stay = false;
    ups_state->driver = ups_self();
    for (struct ups_thread *t = ups_state->threads; t; t = t->next) {
      t->reason_count = 0;
      t->refused = t->asleep = t->ready = t->trap_blocked = t->must_stop = false;
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

/* A thread blocks SIGTRAP, or does not any more. */
void ups_update_trap_is_blocked(struct ups_thread *thread, bool blocked) {
  thread->trap_blocked = blocked;
  if (blocked && ups_update_waiting())
    rest_while_blocked(thread);
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

/* May a thread be counted as stopped in a call that can be taken back?  Not if data are converted, and not where a library has a handler, which runs
 * in such a call, or jumps out of it, without a word to us. */
static bool may_stay(void) {
  return (ups_state->patch->committed || !ups_converts_data(ups_state->patch->blob)) && !ups_signal_handled(true);
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
  ups_state->deadline = ups_state->started + (value > 1 ? value : DEADLINE_MS) * UPS_MS;
  enum ups_error error = load(0, detail);
  ups_lock();
  ups_self()->trap_blocked = trap_blocked;
  if (!error)
    error = arm();
  if (!error && trap_blocked)
    rest_while_blocked(ups_self());
  if (!error && !ups_timer_start(UPS_TICK))
    error = UPS_TIMER;
  if (error)
    ups_update_finish(error, detail);
  else {
    ups_state->calls_stay = may_stay();
    ups_state->phase = UPS_ARMED;
  }
  ups_unlock();
  if (!error && !ups_state->calls_stay)
    ups_update_nudge();
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
    ups_update_finish(error, detail);
  else
    ups_state->phase = UPS_ARMED;
  ups_unlock();
  ups_signals_restore(mask);
}

/* The parking budget has run out: everybody goes on, rests, and tries again at other points. */
static void give_way(void) {
  int64_t pause = REST_FIRST << (ups_state->released < 4 ? ups_state->released : 4);
  ups_state->released++;
  ups_update_release();
  if (ups_state->purpose == UPS_FOR_TORTURE)
    ups_torture_skipped();
  if (ups_state->purpose == UPS_FOR_REQUEST)
    ups_update_rest(pause < REST_LONGEST ? pause : REST_LONGEST);
  else
    ups_state->next = ups_state->points + (1u << (ups_state->released < 10 ? ups_state->released : 10));
}

/* Every 2 ms while threads are to stop: the deadline, the parking budget, sites that rested, threads that sleep. */
bool ups_update_look_at_clocks(void) {
  int64_t now = ups_now();
  if (!ups_update_waiting())
    return false;
  if (ups_state->purpose == UPS_FOR_REQUEST && now > ups_state->deadline) {
    ups_update_finish(UPS_DEADLINE, 0);
    ups_update_release();
    return false;
  }
  if (!ups_foreign_allow()) { /* a library has made one */
    ups_update_finish(UPS_FOREIGN_THREAD, 0);
    ups_update_release();
    return false;
  }
  ups_update_try_decide();
  if (ups_state->phase == UPS_PARKING && now > ups_state->park_until)
    give_way();
  if (!ups_update_waiting())
    return false;
  ups_state->refused_since_tick = 0;
  if (ups_state->phase == UPS_ARMED && now - ups_state->started > CALLS_AFTER)
    ups_state->calls_stay = false; /* nobody has stopped: all are called */
  if (!ups_state->image->armed && trap_is_blocked())
    ups_away_hold(); /* who does says so again, or that it does not any more */
  else if (!ups_state->image->armed && now >= ups_state->rearm_at)
    arm();
  return ups_update_takes_back();
}

/* The timer's signal. */
void ups_update_tick(bool trap_blocked) {
  struct ups_thread *self = ups_self();
  ups_lock();
  ups_update_trap_is_blocked(self, trap_blocked);
  bool nudges = ups_update_look_at_clocks();
  ups_unlock();
  if (nudges)
    ups_update_nudge();
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
  ups_update_trap_is_blocked(self, trap_blocked);
  if (!trap_blocked && ups_update_waiting() && (!self->reason_count || self->reasons[0].error == UPS_NOT_REACHED))
    ups_report_position(self, machine);
  ups_unlock();
}

/* While the program waits where it cannot be updated, waking it changes nothing. */
void ups_update_asleep(bool asleep) {
  ups_self()->asleep = asleep;
  if (!ups_state->many && ups_state->phase == UPS_ARMED && ups_state->timer_runs)
    ups_timer_set(asleep ? 50 * UPS_TICK : UPS_TICK);
}

/* Are all threads where the update can begin?  One that has left its base must be gone: destructors of its data may run. */
static bool all_stopped(void) {
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_BORN || t->state == UPS_THREAD_JOINS || (t->state == UPS_THREAD_RUNS && !ups_away(t)) || (t->state == UPS_THREAD_ENDS && !ups_thread_gone(t)))
      return false;
  return ups_foreign_held();
}

/* From parking to unrolling, once all have stopped. */
void ups_update_try_decide(void) {
  if (ups_state->phase != UPS_PARKING || !all_stopped())
    return;
  enum ups_error error = ups_fault(UPS_FAULT_DECIDE) ? UPS_INJECTED : UPS_NONE;
  if (!error && !ups_state->image->armed) /* they rested; unrolling needs every site */
    error = arm();
  if (error) {
    ups_update_finish(error, 0);
    ups_update_release();
    return;
  }
  if (!ups_away_claim())
    return;
  if (ups_state->purpose == UPS_FOR_TORTURE)
    ups_torture_copy();
  ups_report_stop(ups_state->ticker);
  ups_state->expected = ups_state->arrived = ups_state->away = ups_state->frames = 0;
  ups_state->failure = UPS_NONE;
  for (const struct ups_thread *t = ups_state->threads; t; t = t->next) {
    ups_state->expected += t->state == UPS_THREAD_PARKED;
    ups_state->away += t->state == UPS_THREAD_RUNS;
    ups_state->frames += t->state == UPS_THREAD_PARKED || t->joins ? t->frame_count : 0;
  }
  ups_state->phase = UPS_UNROLLING;
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_PARKED)
      t->state = UPS_THREAD_LEAVES; /* it may go on at once */
  ups_update_end_turn();
}

/* A thread comes to its base for the first time: not while others stand still, because its first function would run. */
void ups_update_birth(struct ups_thread *thread) {
  ups_lock();
  ups_tls_begin();
  thread->state = UPS_THREAD_WAITS;
  ups_update_try_decide();
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
      ups_timer_start(UPS_TICK);
    }
  }
  ups_unlock();
}

/* A forked child: takes its sites back where it can, and is its own process from now on. */
void ups_update_forget(void) {
  ups_arena_forked(ups_fork_copy());
  *ups_state->forked = 1;
  ups_state->pid = (int)ups_sys(SYS_getpid);
  ups_thread_forked();
  ups_state->timer_runs = false; /* timers are not inherited */
  ups_state->held = 0;
  bool waiting = is_waiting(ups_state->phase);
  ups_state->phase = UPS_IDLE;
  if (!waiting)
    return;
  if (ups_state->image->armed && !ups_sites_arm(ups_state->image, false))
    return; /* code in the arena: its traps stay, and go on */
  ups_trap_remove();
  ups_state->patch = 0;
  if (!ups_state->version && !ups_state->image->has_flags) /* else the trap that led here would be nobody's */
    ups_load_forget();
}
