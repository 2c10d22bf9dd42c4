/* blocking_call.c - the machinery of blocking calls: interruptible by an update, otherwise as in libc, and without an
 * added system call.
 *
 * The update signal's handler takes a waiting call back (system_call.h); the wrapper then executes the park trap.  If the trap handler decides to stop here, the wrapper returns
 * a dummy and its description is kept; after the update ups_blocking_resume goes on with what is left to do.  If not,
 * the wrapper simply repeats the call.
 *
 * Only our signal is hidden: a handler of the program's own ends the call with EINTR as ever.  One that is due when
 * ours has been handled, or after an update, ends the call as it would have, had it found it waiting. */
#include "blocking_call.h"
#include "away.h"
#include "blocking_wait.h"
#include "handlers.h"

int upstare_park(void) __attribute__((visibility("hidden")));
extern const char upstare_park_trap[] __attribute__((visibility("hidden")));
extern const struct ups_call_text __start_upstare_calls[], __stop_upstare_calls[]; /* the linker's */

bool ups_call_cancelled_once;

__thread struct ups_pause ups_pause;

/* Few, and asked for only where a signal has come. */
const struct ups_call_text *ups_call_text(uintptr_t pc) {
  for (const struct ups_call_text *t = __start_upstare_calls; t < __stop_upstare_calls; t++)
    if (pc >= ups_call_place(&t->begin) && pc <= ups_call_place(&t->settled))
      return t;
  return 0;
}

/* The handler has come in between: until the wrapper has seen to it no handler of the program's runs, for it would run
 * unnoticed. */
static void pause_signals(struct ups_machine *machine, uint64_t mask) {
  uint64_t all = UPS_ALL_SIGNALS;
  ups_pause = (struct ups_pause){true, false, mask};
  ups_copy(&machine->context->uc_sigmask, &all, 8);
}

/* Signals of the program's are delivered again. */
void ups_pause_end(void) {
  if (!ups_pause.active)
    return;
  ups_pause.active = false;
  ups_signals_restore(ups_pause.mask);
}

/* Does a signal that is due end a call that has not begun, or would begin again?  One that comes before the first attempt
 * does not. */
static bool ends_before(const struct ups_call_text *t, uintptr_t pc, uint64_t mask) {
  if (pc != ups_call_place(&t->enter) && pc >= ups_call_place(&t->first))
    return false;
  enum ups_due due = ups_signal_due(mask);
  return due == UPS_SIGNAL_ENDS || (due == UPS_SIGNAL_RESTARTS && ups_pause.ends_always);
}

/* It had just ended. */
static void cut(struct ups_machine *machine, const struct ups_call_text *t, uint64_t mask) {
  if (machine->registers[REG_RAX] == -EINTR)
    machine->registers[REG_RAX] = -UPS_INTERRUPTED;
  machine->registers[REG_RIP] = (greg_t)ups_call_place(&t->cut);
  pause_signals(machine, mask);
}

static void cancel(struct ups_machine *machine, const struct ups_call_text *t, uint64_t mask) {
  machine->registers[REG_RIP] = (greg_t)ups_call_place(&t->cancel);
  pause_signals(machine, mask);
}

/* Hides the update signal from a blocking call. */
void ups_blocking_signal(struct ups_machine *machine, bool take_back) {
  greg_t *pc = &machine->registers[REG_RIP], *result = &machine->registers[REG_RAX];
  const struct ups_call_text *t = ups_call_text((uintptr_t)*pc);
  uint64_t mask;
  ups_copy(&mask, &machine->context->uc_sigmask, 8);
  if (ups_call_is_done(t, (uintptr_t)*pc)) {
    if (ups_signal_due(mask) == UPS_NO_SIGNAL) /* else as if ours had come later: EINTR, or a short transfer, is for the program to see */
      cut(machine, t, mask);
  } else if (ups_call_begins(t, (uintptr_t)*pc)) {
    if (ends_before(t, (uintptr_t)*pc, mask)) {
      *pc = (greg_t)ups_call_place(&t->done);
      *result = -EINTR;
    } else if (take_back)
      cancel(machine, t, mask);
  } else if (ups_wait_signal(machine, mask, take_back))
    pause_signals(machine, mask);
}

/* Ends the call of a thread that was claimed, as if no signal were due: that is decided when the thread has followed. */
void ups_blocking_end(struct ups_machine *machine, uint64_t mask) {
  uintptr_t pc = (uintptr_t)machine->registers[REG_RIP];
  const struct ups_call_text *t = ups_call_text(pc);
  if (ups_call_is_done(t, pc))
    cut(machine, t, mask);
  else if (ups_call_begins(t, pc))
    cancel(machine, t, mask);
  else if (ups_wait_signal(machine, ~UINT64_C(0), true))
    pause_signals(machine, mask);
}

/* EINTR without a handler of the program's is none. */
struct ups_outcome ups_call_by_nobody(struct ups_outcome r) {
  if (ups_state && !ups_signal_handled(false))
    r.value = -UPS_INTERRUPTED;
  return r;
}

/* Is this the park trap? */
bool ups_blocking_is_park(uintptr_t pc) { return pc == (uintptr_t)upstare_park_trap; }

/* Our two signals are never blocked, nor waited for. */
uint64_t ups_call_without_ours(const sigset_t *set) {
  uint64_t mask;
  ups_copy(&mask, set, 8);
  return ups_state ? mask & ~(1ull << (SIGTRAP - 1) | 1ull << (ups_state->signal - 1)) : mask;
}

/* Nanoseconds on the monotonic clock: by libc, which asks the kernel only where it must. */
int64_t ups_call_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Nanoseconds left of the time-out. */
int64_t ups_call_time_left(const struct ups_call *c) {
  int64_t left = c->deadline - ups_call_now();
  return left > 0 ? left : 0;
}

/* The moment when a time-out ends that began at `start`. */
void ups_call_set_deadline(struct ups_call *c, int64_t start, int64_t nanoseconds) {
  c->deadline = nanoseconds > INT64_MAX - start ? INT64_MAX : start + nanoseconds;
}

/* Nanoseconds of a time-out that the kernel takes for one; -1: it does not, or it is for ever. */
static int64_t nanoseconds(const struct timespec *t) {
  if (t->tv_sec < 0 || t->tv_sec >= INT64_MAX / 2000000000 || t->tv_nsec < 0 || t->tv_nsec >= 1000000000)
    return -1;
  return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

/* Sets a relative time-out.  Where the kernel tells what is left nobody has to look at the clock before. */
void ups_call_set_time(struct ups_call *c, enum ups_timeout kind, uint32_t arg, const struct timespec *t) {
  if (!t)
    return;
  c->timeout = kind;
  c->timeout_arg = arg;
  c->time = *t;
  if (kind == UPS_TIMESPEC && nanoseconds(t) >= 0)
    ups_call_set_deadline(c, ups_call_now(), nanoseconds(t));
}

/* Sets a signal mask argument. */
void ups_call_set_mask(struct ups_call *c, uint32_t arg, const sigset_t *mask) {
  if (!mask)
    return;
  c->has_mask = true;
  c->mask_arg = arg;
  c->mask = ups_call_without_ours(mask);
}

/* Sets the arguments that change or that point into the call itself (which may have moved). */
static void set_arguments(struct ups_call *c) {
  if (c->timeout == UPS_MILLISECONDS && c->deadline >= 0)
    c->arg[c->timeout_arg] = (ups_call_time_left(c) + 999999) / 1000000;
  if (c->timeout >= UPS_TIMESPEC) {
    if (c->deadline >= 0) {
      int64_t left = ups_call_time_left(c);
      c->time = (struct timespec){left / 1000000000, left % 1000000000};
    }
    c->arg[c->timeout_arg] = (long)&c->time;
  }
  if (c->has_mask && c->mask_arg == 6) {
    c->pair[0] = (uintptr_t)&c->mask;
    c->pair[1] = 8;
    c->arg[5] = (long)c->pair;
  } else if (c->has_mask)
    c->arg[c->mask_arg] = (long)&c->mask;
}

/* If signals wait they are let in on the way into the kernel. */
static struct ups_outcome attempt(const struct ups_call *c, long number, const long *a) {
  if (ups_pause.active) {
    const long all[7] = {number, a[0], a[1], a[2], a[3], a[4], a[5]};
    ups_pause.active = false;
    ups_pause.ends_always = c->never_restarts;
    struct ups_outcome r = c->no_cancel ? ups_call_by_somebody(ups_system_call_unblock(all, &ups_pause.mask, c->frame))
                                        : UPS_CANCELLABLE(ups_system_call_unblock(all, &ups_pause.mask, c->frame));
    if (!ups_pause.active)
      ups_pause.ends_always = false;
    return r;
  }
  if (c->no_cancel)
    return ups_call_by_somebody(ups_system_call6(number, a[0], a[1], a[2], a[3], a[4], a[5], c->frame));
  return UPS_CANCELLABLE(ups_system_call6(number, a[0], a[1], a[2], a[3], a[4], a[5], c->frame));
}

/* One attempt.  Whether the thread was claimed meanwhile is for ups_call_go_on to ask. */
struct ups_outcome ups_call_attempt(const struct ups_call *c, long number, const long *a) {
  struct ups_outcome r = attempt(c, number, a);
  r.cut &= UPS_CUT;
  return r;
}

/* The system call with the arguments as they are now. */
struct ups_outcome ups_call_again(struct ups_call *c) {
  long now[6];
  set_arguments(c);
  for (int i = 0; i < 6; i++)
    now[i] = c->arg[i] + c->advance[i] * (long)c->done;
  return ups_call_attempt(c, c->number, now);
}

/* Is that all?  Without `total` what the kernel says is the result. */
bool ups_call_settle(struct ups_call *c, struct ups_outcome r, long *result) {
  if (r.value == -UPS_INTERRUPTED)
    return false;
  *result = r.value;
  if (c->timed && r.value == -EAGAIN && ups_call_time_left(c))
    return false; /* somebody else was faster */
  if (!c->total)
    return true;
  if (r.value > 0)
    c->done += r.value;
  if (r.value > 0 && (r.cut || c->timed) && c->done < c->total)
    return false; /* our signal ended it early: go on with the rest */
  *result = r.value < 0 && !c->done ? r.value : (long)c->done; /* an error after a part was done comes back next time */
  return true;
}

/* -1, with errno. */
long ups_call_failed(long error) {
  errno = (int)-error;
  return -1;
}

long ups_call_end(struct ups_call *c, long result) {
  (void)c;
  return result < 0 ? ups_call_failed(result) : result;
}

long ups_call_end_code(struct ups_call *c, long result) {
  (void)c;
  return -result;
}

long ups_call_end_as_is(struct ups_call *c, long result) {
  (void)c;
  return result;
}

static struct ups_outcome next(struct ups_call *c) { return c->timed ? ups_call_timed_again(c) : c->again(c); }

/* All signals wait from now on; the mask of the thread's own. */
static uint64_t hold_signals(void) {
  if (!ups_pause.active)
    ups_pause = (struct ups_pause){true, false, ups_signals_block()};
  return ups_pause.mask;
}

/* The thread was claimed: does it have to follow into the new version?  True: the frame is about to go. */
static bool follows(struct ups_call *c, struct ups_thread *thread) {
  if (!thread || !thread->claimed)
    return false;
  uint64_t mask = hold_signals();
  bool joins = ups_away_ends(thread, c->frame, !c->keeps_lock, &mask);
  c->kept_mask = ups_pause.mask = mask;
  if (joins) {
    *thread->kept_call = *c;
    thread->parked = thread->kept_call;
    upstare_park();
  }
  return joins;
}

/* Asks to be unrolled; true: the frame is about to go.  A call that cannot be unrolled where it is does not ask again: no
 * program code runs meanwhile, so the answer would be the same. */
static bool park(struct ups_call *c, struct ups_thread *thread) {
  if (!thread || thread->refused || thread->joins || !ups_update_waiting())
    return false;
  c->kept_mask = hold_signals();
  thread->parked = c;
  if (upstare_park())
    return true;
  thread->parked = 0;
  if (thread->refused)
    ups_update_asleep(true);
  return false;
}

/* Does a handler of the program's that is about to run end the call? */
static bool is_ended(const struct ups_call *c, uint64_t mask) {
  enum ups_due due = c->endures ? UPS_NO_SIGNAL : ups_signal_due(mask);
  return due == UPS_SIGNAL_ENDS || (due == UPS_SIGNAL_RESTARTS && c->never_restarts);
}

/* Notes what is left of a time-out: from now on the clock runs, whatever comes in between. */
static void note_time(struct ups_call *c, struct ups_outcome r) {
  if (c->timeout == UPS_TIME_LEFT && c->deadline < 0)
    ups_call_set_deadline(c, ups_call_now(), nanoseconds(&c->time));
  if (c->start >= 0 && r.cut && c->deadline < 0)
    ups_call_socket_time(c);
}

/* The call has come to its end. */
static long finish(struct ups_call *c, struct ups_thread *thread, long result) {
  ups_pause_end();
  if (thread && thread->asleep)
    ups_update_asleep(false);
  return c->end(c, result);
}

/* Goes on with a call, to its end, or until it is unrolled. */
long ups_call_go_on(struct ups_call *c, struct ups_outcome r) {
  struct ups_thread *thread = ups_self();
  long result;
  r.cut &= UPS_CUT;
  if (thread)
    thread->refused = false;
  while (!c->settle(c, r, &result)) {
    if (ups_handler_unrolls(thread)) { /* not a step more: nothing may be left behind */
      ups_handler_keep(thread, c);
      return -1;
    }
    note_time(c, r);
    if (follows(c, thread) || park(c, thread))
      return -1; /* a dummy: the caller's site traps before anyone looks at it */
    r = ups_pause.active && is_ended(c, ups_pause.mask) ? (struct ups_outcome){-EINTR, 0} : next(c);
  }
  c->is_settled = true;
  c->result = result;
  return follows(c, thread) ? -1 : finish(c, thread, result);
}

/* The same with the first attempt. */
long ups_call_run(struct ups_call *c) { return ups_call_go_on(c, next(c)); }

/* Goes on with the call on the new stack.  A signal of the program's that came during the update ends it as it would
 * have without one. */
long ups_blocking_resume(void) {
  struct ups_thread *thread = ups_self();
  struct ups_call c = *thread->kept_call;
  c.frame = (uintptr_t)__builtin_frame_address(0);
  thread->parked = 0;
  thread->mask = c.kept_mask;
  bool ended = !c.is_settled && is_ended(&c, c.kept_mask);
  ups_pause.active = false; /* the mask is put back with the rest */
  ups_update_restored();
  if (c.is_settled)
    return finish(&c, thread, c.result);
  return ended ? ups_call_go_on(&c, (struct ups_outcome){-EINTR, 0}) : ups_call_run(&c);
}
