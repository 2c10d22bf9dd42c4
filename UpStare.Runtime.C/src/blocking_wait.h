/* blocking_wait.h - waits inside libc that an update can end, and signals of the program's that are due.
 *
 * A lock or a stream of libc is no system call that could be made by ourselves.  Two ways lead out of a wait in it, both
 * through what libc does anyway:
 *   - it waits with a time-out (a very long one) that lies in ups_wait: the handler makes it end at once, and
 *     libc leaves by the way of a time-out;
 *   - it leaves when its system call is interrupted: the handler lets the call end with EINTR instead of being
 *     begun again, if it is the very one that was announced. */
#ifndef UPS_BLOCKING_WAIT_H
#define UPS_BLOCKING_WAIT_H
#include "blocking_call.h"

struct ups_wait {
  bool active;
  bool timed;     /* libc has been given `until` */
  bool hurried;   /* the handler has made it end */
  bool ended;     /* the handler has let the system call end */
  struct timespec until;
  long number;    /* the system call that may be ended, */
  uintptr_t low, high; /* if its first argument lies in this range */
  uintptr_t theirs_pc, theirs_sp; /* where a handler of the program's has interrupted it when it had just ended */
  uintptr_t frame;       /* of the wrapper; */
  uintptr_t back;        /* what it returns to, where it is not timed */
};

/* Of this thread.  The handler writes nothing else: a wait that a handler of the program left by longjmp does no harm. */
extern __thread struct ups_wait ups_wait;

/* Announces a wait: the thread is away (away.h) until its end.  What was announced before, by what a handler of the program has
 * interrupted, is put aside, and comes back at the end. */
static inline void ups_wait_begin(struct ups_wait *outer, struct ups_wait wait) {
  volatile bool *active = &ups_wait.active;
  ups_pause_end();
  *outer = ups_wait;
  *active = false;
  ups_wait = wait;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  *active = true;
  if (ups_self())
    ups_self()->away_frame = wait.frame;
}
/* The wait is over.  Was it the update signal that has ended it? */
static inline bool ups_wait_end(const struct ups_wait *outer) {
  volatile bool *active = &ups_wait.active;
  if (ups_self())
    ups_self()->away_frame = 0; /* a fence, too: ups_call_go_on asks whether the thread was claimed */
  *active = false;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  bool ours = ups_wait.hurried || ups_wait.ended, before = outer->active;
  ups_wait = *outer;
  *active = false;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  *active = before;
  return ours;
}
/* So far away that it never comes, on each clock. */
#define UPS_NEVER ((struct timespec){INT64_C(1) << 33, 0})

/* One wait with a time-out that lies in ups_wait: `attempt` gives the error's number; the outcome is the negative. */
#define WAIT_UNTIL(moment, timed_out, attempt)                                                               \
  struct ups_wait outer;                                                                                     \
  ups_wait_begin(&outer, (struct ups_wait){.timed = true, .until = (moment), .frame = c->frame});             \
  int error = (attempt);                                                                                     \
  bool ours = ups_wait_end(&outer);                                                                          \
  return (struct ups_outcome){ours && error == (timed_out) ? -UPS_INTERRUPTED : -(long)error, 0}
#define MOMENT(p) ((p) ? *(const struct timespec *)(p) : UPS_NEVER)

/* Describes a lock: the object, the moment (0: never), the clock. */
#define LOCK_CALL(function, ...)                                                                             \
  CALL(0, __VA_ARGS__);                                                                                      \
  c.again = function;                                                                                        \
  c.end = ups_call_end_code;                                                                                 \
  c.endures = true
/* The update signal has come: hides it from a wait that it finds, and ends that if `take_back`.  True: it has let a
 * system call end. */
bool ups_wait_signal(struct ups_machine *machine, uint64_t mask, bool take_back);

/* A handler of the program's is about to run there: a system call that has ended with EINTR is ended by it, and so is one that
 * ours would let begin again. */
void ups_wait_interrupted(greg_t *registers, int signal);

enum ups_due {
  UPS_NO_SIGNAL,
  UPS_SIGNAL_RESTARTS, /* its handler was installed with SA_RESTART */
  UPS_SIGNAL_ENDS
};
/* Is a handler of the program's about to run, once only the signals of `mask` are blocked? */
enum ups_due ups_signal_due(uint64_t mask);
/* SA_RESETHAND has taken the handler away, though it has not run: it is installed again. */
void ups_signal_handle_again(int signal);
/* The flags that its handler was installed with. */
unsigned long ups_signal_flags(int signal);
/* Has the program, or a library, a handler for any signal?  by_library: one that does not come by upstare_deliver. */
bool ups_signal_handled(bool by_library);
#endif
