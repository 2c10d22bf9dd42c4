/* blocking_call.h - a blocking call that an update can take back, and go on with on another stack.
 *
 *   wrapper:  first attempt -> fine: that was all (the fast path: one system call, no description made)
 *                           -> taken back, or cut short by the update signal: CALL() makes a description of the
 *                              call, and ups_call_go_on parks, tries again, until the call ends or is unrolled.
 *
 * What a wrapper may not do: block anywhere else, and leave anything behind when its frame goes. */
#ifndef UPS_BLOCKING_CALL_H
#define UPS_BLOCKING_CALL_H
#include "blocking.h"
#include "state.h"
#include <errno.h>
#include <sys/single_threaded.h>

/* What ups_outcome.value is when the update signal took the call back; the kernel never returns it. */
#define UPS_INTERRUPTED 513

/* Bits of ups_outcome.cut. */
#define UPS_CUT 1
#define UPS_CLAIMED 2

/* How an attempt ended. */
struct ups_outcome {
  long value; /* the kernel's result, or -UPS_INTERRUPTED: then signals wait (ups_pause) until ups_call_go_on has seen to it */
  long cut;   /* the update signal came when it had just ended: a transfer may have been cut short, and signals wait;
                 together with -UPS_INTERRUPTED: the kernel had ended it with EINTR rather than begun it again.
                 UPS_CLAIMED besides: an update may have counted the thread as stopped (away.h); ups_call_go_on sees to it */
};

#include "system_call.h"

/* Where the instructions of a system call are (system_call.h; `first`: before that it is not the first attempt, but one that lets signals
 * in, base.S): places relative to that of the member itself.  The functions tell where the program counter of an interrupted thread is. */
struct ups_call_text {
  int32_t begin, first, enter, done, settled, cancel, cut;
};
static inline uintptr_t ups_call_place(const int32_t *member) { return (uintptr_t)member + (uintptr_t)(intptr_t)*member; }
/* Those in which the program counter is, from `begin` to `settled`; or 0. */
const struct ups_call_text *ups_call_text(uintptr_t pc);
/* Is a call about to begin, or to begin again? */
static inline bool ups_call_begins(const struct ups_call_text *t, uintptr_t pc) { return t && pc < ups_call_place(&t->done); }
static inline bool ups_call_is_done(const struct ups_call_text *t, uintptr_t pc) { return t && pc == ups_call_place(&t->done); }

enum ups_timeout {
  UPS_NO_TIMEOUT,
  UPS_MILLISECONDS, /* in arg[timeout_arg] */
  UPS_TIMESPEC,     /* arg[timeout_arg] points to ups_call.time */
  UPS_TIME_LEFT     /* the same, and the kernel leaves there what is left of it */
};

#define UPS_CALL_MORE 12

/* A blocking call under way: all that is needed to go on with it. */
struct ups_call {
  long number, arg[6];
  uintptr_t frame;                                /* frame address of the wrapper */
  struct ups_outcome (*again)(struct ups_call *); /* the next attempt */
  bool (*settle)(struct ups_call *, struct ups_outcome, long *); /* is that all? and the result */
  long (*end)(struct ups_call *, long);           /* from the kernel's result to libc's */
  bool no_cancel;      /* not a cancellation point in libc */
  bool never_restarts; /* ends with EINTR even if the handler was installed with SA_RESTART */
  bool endures;        /* no handler of the program ends it */
  bool keeps_lock;     /* a stream's, perhaps, until its end */
  int64_t start;       /* when it began, if the descriptor may be a socket with a time-out of its own; else -1 */
  short events;        /* what poll is asked for it, then */
  bool timed;          /* it has one: what is left to do is done without waiting, and poll waits */
  int8_t advance[6];   /* what bytes done do to an argument: 1 moves it on, -1 takes away from it; all 0: the call
                          is repeated as it is */
  size_t done, total;  /* bytes (messages) */
  enum ups_timeout timeout;
  uint32_t timeout_arg;
  int64_t deadline; /* of the time-out, monotonic; -1: none, or not known yet */
  struct timespec time;
  uint32_t mask_arg; /* which argument points to ups_call.mask; 6: the one of pselect that points to a pair */
  bool has_mask;
  uint64_t mask;    /* a signal mask argument, without our signals */
  uint64_t pair[2]; /* pselect's sixth argument */
  uint64_t kept_mask; /* the thread's own, while it is parked */
  bool is_settled;    /* it came to its end while the program changed its version: */
  long result;        /* this is left to return */
  void *extra;      /* what the call's own functions need besides: it lies in the program, or lives as long */
  long more[UPS_CALL_MORE]; /* arguments of one that takes many */
};

/* The update signal's handler has taken a call of this thread back: all signals are blocked, and `mask` is what is
 * blocked otherwise. */
struct ups_pause {
  bool active;
  bool ends_always; /* the attempt that is being made is one of a call that SA_RESTART does not begin again */
  uint64_t mask;
};
extern __thread struct ups_pause ups_pause;
void ups_pause_end(void);
/* In a handler that has interrupted a blocking call of a thread that was claimed: ends the call, or lets it end soon if it is called
 * again and again. */
void ups_blocking_end(struct ups_machine *machine, uint64_t mask);

/* Threads can cancel each other: then a call that is a cancellation point for libc is cancelled while it waits (rule
 * B4).  That costs two atomic operations, as in libc, and nothing in a program that has no threads. */
extern bool ups_call_cancelled_once; /* somebody called pthread_cancel: perhaps the only thread, itself */
static inline bool ups_call_cancellable(void) { return __builtin_expect(!__libc_single_threaded | ups_call_cancelled_once, 0); }
/* Interrupted: by nobody?  A signal for the process wakes one thread, and another may take it: then epoll_wait ends with
 * EINTR though no handler has run.  Where the program has no handler at all it was ours. */
struct ups_outcome ups_call_by_nobody(struct ups_outcome r);
static inline struct ups_outcome ups_call_by_somebody(struct ups_outcome r) { return __builtin_expect(r.value == -EINTR, 0) ? ups_call_by_nobody(r) : r; }
#define UPS_CANCELLABLE(attempt)                                                                             \
  __extension__({                                                                                            \
    struct ups_outcome outcome_;                                                                             \
    if (!ups_call_cancellable())                                                                             \
      outcome_ = (attempt);                                                                                  \
    else {                                                                                                   \
      int cancel_type_;                                                                                      \
      pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &cancel_type_);                                     \
      outcome_ = (attempt);                                                                                  \
      pthread_setcanceltype(cancel_type_, &cancel_type_);                                                    \
      outcome_ = ups_call_by_somebody(outcome_);                                                             \
    }                                                                                                        \
    outcome_;                                                                                                \
  })

/* The frame address of the function that this stands in, or is inlined into: of the wrapper. */
#define UPS_FRAME ((uintptr_t)__builtin_frame_address(0))
/* The first attempt of a call with up to three, up to six arguments; the same of one that is no cancellation point. */
#define UPS_CALL3(nr, a, b, c) ups_system_call3(nr, (long)(a), (long)(b), (long)(c), UPS_FRAME)
#define UPS_CALL6(nr, a, b, c, d, e, f)                                                                      \
  ups_system_call6(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f), UPS_FRAME)
#define UPS_TRY3_UNCANCELLED(nr, a, b, c) ups_call_by_somebody(UPS_CALL3(nr, a, b, c))
#define UPS_TRY6_UNCANCELLED(nr, a, b, c, d, e, f) ups_call_by_somebody(UPS_CALL6(nr, a, b, c, d, e, f))
#define UPS_TRY3(nr, a, b, c) UPS_CANCELLABLE(UPS_CALL3(nr, a, b, c))
#define UPS_TRY6(nr, a, b, c, d, e, f) UPS_CANCELLABLE(UPS_CALL6(nr, a, b, c, d, e, f))

/* Returns from the wrapper if the first attempt was all: a result, or an error. */
#define UPS_RETURN_IF_SETTLED(r)                                                                             \
  do {                                                                                                       \
    if (__builtin_expect((r).value >= 0 && !(r).cut, 1))                                                     \
      return (r).value;                                                                                      \
    if ((r).value < 0 && (r).value != -UPS_INTERRUPTED && !(r).cut)                                          \
      return ups_call_failed((r).value);                                                                     \
  } while (0)

/* Makes the description.  __builtin_frame_address gives the wrapper a frame pointer, by which the walker finds the
 * caller. */
#define CALL(nr, ...)                                                                                        \
  struct ups_call c = {.number = nr,                                                                         \
                       .arg = {__VA_ARGS__},                                                                 \
                       .deadline = -1, .start = -1,                                                                   \
                       .again = ups_call_again,                                                              \
                       .settle = ups_call_settle,                                                            \
                       .end = ups_call_end};                                                                 \
  c.frame = UPS_FRAME
#define WRAPPER UPS_HOT __attribute__((noinline, noclone))

/* -1, with errno. */
long ups_call_failed(long error);
/* Goes on with a call after its first attempt, to its end, or until it is unrolled (then the result is a dummy). */
long ups_call_go_on(struct ups_call *c, struct ups_outcome first);
/* The same where the first attempt is still to be made. */
long ups_call_run(struct ups_call *c);
/* The usual members: the system call with the arguments as they are now; its result; libc's -1 and errno. */
struct ups_outcome ups_call_again(struct ups_call *c);
bool ups_call_settle(struct ups_call *c, struct ups_outcome r, long *result);
long ups_call_end(struct ups_call *c, long result);
/* For functions that return the error's number, or a result that needs no translation. */
long ups_call_end_code(struct ups_call *c, long result);
long ups_call_end_as_is(struct ups_call *c, long result);
/* One attempt with exactly these arguments. */
struct ups_outcome ups_call_attempt(const struct ups_call *c, long number, const long *arg);
/* Nanoseconds on the monotonic clock, without a system call. */
int64_t ups_call_now(void);
/* Nanoseconds left of the time-out, never negative. */
int64_t ups_call_time_left(const struct ups_call *c);
/* Sets a relative time-out; the kernel finds fault with wrong ones. */
void ups_call_set_time(struct ups_call *c, enum ups_timeout kind, uint32_t arg, const struct timespec *t);
void ups_call_set_deadline(struct ups_call *c, int64_t start, int64_t nanoseconds);
/* Sets a signal mask argument. */
void ups_call_set_mask(struct ups_call *c, uint32_t arg, const sigset_t *mask);
/* SO_RCVTIMEO and SO_SNDTIMEO (blocking_sockets.c).  The program has used them: only then do calls on descriptors look
 * at the clock. */
extern bool ups_call_socket_timeouts;
static inline int64_t ups_call_start(void) { return __builtin_expect(ups_call_socket_timeouts, 0) ? ups_call_now() : -1; }
/* Notes what of it the time-out concerns: POLLIN, POLLOUT. */
static inline void ups_call_set_start(struct ups_call *c, int64_t start, short events) {
  c->start = start;
  c->events = events;
}
/* It was interrupted: from now on it is a timed one if its socket has a time-out. */
void ups_call_socket_time(struct ups_call *c);
/* The next attempt of a timed call; its `again` makes the attempts proper, with MSG_DONTWAIT where that can be. */
struct ups_outcome ups_call_timed_again(struct ups_call *c);
/* Our two signals are never blocked, nor waited for. */
uint64_t ups_call_without_ours(const sigset_t *set);
#endif
