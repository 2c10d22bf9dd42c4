/* blocking.c - read, select, nanosleep, ... as the program calls them: interruptible by an update, otherwise as in
 * libc, and without an added system call.
 *
 * The update signal's handler takes a waiting call back (upstare_system_call in base.S, after musl's cancellation
 * points); the wrapper then executes the park trap.  If the trap handler decides to stop here, the wrapper returns
 * a dummy and its arguments and progress are kept; after the update ups_blocking_resume goes on with what is left
 * to do.  If not, the wrapper simply repeats the call.  Only our signal is hidden: a handler of the program's own
 * ends the call with EINTR as ever.
 *
 * Leaves out: thread cancellation while waiting (rule B4), SO_RCVTIMEO, which starts again. */
#include "blocking.h"
#include "state.h"
#include <errno.h>

long upstare_system_call(long, long, long, long, long, long, long) __attribute__((visibility("hidden")));
int upstare_park(void) __attribute__((visibility("hidden")));
extern const char upstare_system_call_done[] __attribute__((visibility("hidden")));
extern const char upstare_system_call_cancel[] __attribute__((visibility("hidden")));
extern const char upstare_park_trap[] __attribute__((visibility("hidden")));

/* The update signal came when a transfer had just ended, so it may have cut it short. */
static __thread bool cut_short;

/* Hides the update signal from a blocking call. */
void ups_blocking_signal(uintptr_t *pc, long *result, bool take_back) {
  if (*pc == (uintptr_t)upstare_system_call_done) {
    if (*result == -EINTR)
      *result = -UPS_INTERRUPTED;
    cut_short = true;
  } else if (take_back && *pc >= (uintptr_t)upstare_system_call && *pc < (uintptr_t)upstare_system_call_done)
    *pc = (uintptr_t)upstare_system_call_cancel;
}

/* Is this the park trap? */
bool ups_blocking_is_park(uintptr_t pc) { return pc == (uintptr_t)upstare_park_trap; }

/* Our two signals are never blocked, not even while a call waits. */
static uint64_t without_ours(uint64_t mask) {
  return ups_state ? mask & ~(1ull << (SIGTRAP - 1) | 1ull << (ups_state->signal - 1)) : mask;
}

/* Nanoseconds left of the time-out, never negative. */
static int64_t time_left(const struct ups_call *c) {
  int64_t left = c->deadline - ups_now();
  return left > 0 ? left : 0;
}

/* Sets the arguments that change or that point into the call itself (which may have moved). */
static void set_arguments(struct ups_call *c, bool again) {
  if (c->timeout == UPS_MILLISECONDS && again && c->deadline >= 0)
    c->arg[c->timeout_arg] = (time_left(c) + 999999) / 1000000;
  if (c->timeout == UPS_TIMESPEC) {
    if (again && c->deadline >= 0) {
      int64_t left = time_left(c);
      c->time = (struct timespec){left / 1000000000, left % 1000000000};
    }
    c->arg[c->timeout_arg] = (long)&c->time;
  }
  if (c->has_mask && c->mask_in_pair) {
    c->pair[0] = (uintptr_t)&c->mask;
    c->pair[1] = 8;
    c->arg[5] = (long)c->pair;
  } else if (c->has_mask)
    c->arg[c->number == SYS_rt_sigsuspend ? 0 : 3] = (long)&c->mask;
}

/* One system call; true: that was all. */
static bool attempt(struct ups_call *c, bool again, long *result) {
  set_arguments(c, again);
  cut_short = false;
  size_t done = c->progress == UPS_ALL_OR_NOTHING ? 0 : c->done;
  long r = upstare_system_call(c->number, c->arg[0], c->arg[1] + done, c->arg[2] - done, c->arg[3], c->arg[4], c->arg[5]);
  if (c->progress == UPS_ALL_OR_NOTHING || r == -UPS_INTERRUPTED) {
    *result = r;
    return r != -UPS_INTERRUPTED;
  }
  if (r > 0)
    c->done += r;
  if (r > 0 && cut_short && c->done < (size_t)c->arg[2])
    return false; /* our signal ended it early: go on with the rest */
  *result = r < 0 && !c->done ? r : (long)c->done; /* an error after a part was done comes back next time */
  return true;
}

/* Writes the time left where the call's definition says. */
static void report_time(const struct ups_call *c, long r) {
  int64_t left = c->deadline >= 0 ? time_left(c) : 0;
  if (c->left_timeval)
    *c->left_timeval = (struct timeval){left / 1000000000, left % 1000000000 / 1000};
  if (c->left_timespec && r == -EINTR)
    *c->left_timespec = (struct timespec){left / 1000000000, left % 1000000000};
}

/* From the kernel's result to libc's. */
static long finish(const struct ups_call *c, long r) {
  report_time(c, r);
  if (c->result == UPS_RESULT_CODE)
    return -r;
  if (c->result == UPS_RESULT_SLEEP)
    return r == -EINTR ? (time_left(c) + 500000000) / 1000000000 : 0;
  if (r < 0 && r > -4096) {
    errno = -r;
    return -1;
  }
  return r;
}

/* Runs a call to its end, or until it is unrolled.  A call that asked and was told no is not taken back again: no
 * program code runs meanwhile, so the answer would be the same, and each time there is a moment in which
 * a signal of the program does not end the call. */
static long run(struct ups_call *c, bool again) {
  long r;
  bool asked = false;
  for (; !attempt(c, again, &r); again = true) {
    if (asked || !ups_self() || ups_state->phase != UPS_ARMED)
      continue;
    ups_self()->parked = c;
    if (upstare_park())
      return -1; /* a dummy: the caller's site traps before anyone looks at it */
    ups_self()->parked = 0;
    asked = true;
    ups_update_asleep(true);
  }
  if (asked)
    ups_update_asleep(false);
  return finish(c, r);
}

/* Goes on with the call on the new stack. */
long ups_blocking_resume(void) {
  struct ups_call c = *ups_self()->kept_call;
  c.frame = (uintptr_t)__builtin_frame_address(0);
  ups_self()->parked = 0;
  ups_update_restored();
  return run(&c, true);
}

/* Every wrapper: makes the call's description, with its own frame, and runs it.  __builtin_frame_address gives the
 * wrapper a frame pointer, by which the walker finds the caller. */
#define CALL(nr, ...)                                                                                        \
  struct ups_call c = {.number = nr, .arg = {__VA_ARGS__}, .deadline = -1};                                  \
  c.frame = (uintptr_t)__builtin_frame_address(0)
#define WRAPPER __attribute__((noinline, noclone))

static void set_deadline(struct ups_call *c, int64_t nanoseconds) {
  int64_t now = ups_now();
  c->deadline = nanoseconds > INT64_MAX - now ? INT64_MAX : now + nanoseconds;
}

/* A relative time-out as timespec; the kernel finds fault with wrong ones. */
static void set_timespec(struct ups_call *c, uint32_t arg, const struct timespec *t) {
  if (!t)
    return;
  c->timeout = UPS_TIMESPEC;
  c->timeout_arg = arg;
  c->time = *t;
  if (t->tv_sec >= 0 && t->tv_sec < INT64_MAX / 2000000000 && t->tv_nsec >= 0 && t->tv_nsec < 1000000000)
    set_deadline(c, (int64_t)t->tv_sec * 1000000000 + t->tv_nsec);
}

static void set_mask(struct ups_call *c, const sigset_t *mask) {
  if (!mask)
    return;
  c->has_mask = true;
  ups_copy(&c->mask, mask, 8);
  c->mask = without_ours(c->mask);
}

WRAPPER ssize_t __upstare_read(int fd, void *buffer, size_t size) {
  CALL(SYS_read, fd, (long)buffer, (long)size);
  return run(&c, false);
}

WRAPPER ssize_t __upstare_write(int fd, const void *buffer, size_t size) {
  CALL(SYS_write, fd, (long)buffer, (long)size);
  c.progress = UPS_WRITES;
  return run(&c, false);
}

WRAPPER ssize_t __upstare_recvfrom(int fd, void *restrict buffer, size_t size, int flags, struct sockaddr *restrict address,
                                   socklen_t *restrict length) {
  CALL(SYS_recvfrom, fd, (long)buffer, (long)size, flags, (long)address, (long)length);
  if (flags & MSG_WAITALL && !(flags & MSG_PEEK))
    c.progress = UPS_WAITS_FOR_ALL;
  return run(&c, false);
}

WRAPPER ssize_t __upstare_recv(int fd, void *buffer, size_t size, int flags) {
  CALL(SYS_recvfrom, fd, (long)buffer, (long)size, flags, 0, 0);
  if (flags & MSG_WAITALL && !(flags & MSG_PEEK))
    c.progress = UPS_WAITS_FOR_ALL;
  return run(&c, false);
}

WRAPPER ssize_t __upstare_recvmsg(int fd, struct msghdr *message, int flags) {
  CALL(SYS_recvmsg, fd, (long)message, flags);
  return run(&c, false);
}

WRAPPER ssize_t __upstare_sendto(int fd, const void *buffer, size_t size, int flags, const struct sockaddr *address,
                                 socklen_t length) {
  CALL(SYS_sendto, fd, (long)buffer, (long)size, flags, (long)address, (long)length);
  c.progress = UPS_WRITES;
  return run(&c, false);
}

WRAPPER ssize_t __upstare_send(int fd, const void *buffer, size_t size, int flags) {
  CALL(SYS_sendto, fd, (long)buffer, (long)size, flags, 0, 0);
  c.progress = UPS_WRITES;
  return run(&c, false);
}

WRAPPER int __upstare_accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags) {
  CALL(SYS_accept4, fd, (long)address, (long)length, flags);
  return (int)run(&c, false);
}

WRAPPER int __upstare_accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length) {
  CALL(SYS_accept, fd, (long)address, (long)length);
  return (int)run(&c, false);
}

WRAPPER int __upstare_connect(int fd, const struct sockaddr *address, socklen_t length) {
  CALL(SYS_connect, fd, (long)address, length); /* Linux goes on waiting when it is repeated */
  return (int)run(&c, false);
}

WRAPPER int __upstare_poll(struct pollfd *fds, nfds_t count, int timeout) {
  CALL(SYS_poll, (long)fds, (long)count, timeout);
  c.timeout = UPS_MILLISECONDS;
  c.timeout_arg = 2;
  if (timeout > 0)
    set_deadline(&c, timeout * INT64_C(1000000));
  return (int)run(&c, false);
}

WRAPPER int __upstare_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask) {
  CALL(SYS_ppoll, (long)fds, (long)count, 0, 0, 8);
  set_timespec(&c, 2, timeout);
  set_mask(&c, mask);
  return (int)run(&c, false);
}

WRAPPER int __upstare_select(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict other,
                             struct timeval *restrict timeout) {
  CALL(SYS_pselect6, count, (long)in, (long)out, (long)other, 0, 0);
  if (timeout && (timeout->tv_sec < 0 || timeout->tv_usec < 0)) {
    errno = EINVAL;
    return -1;
  }
  if (timeout) { /* Linux writes the time left back, and glibc lets it be seen */
    struct timespec t = {timeout->tv_sec + timeout->tv_usec / 1000000, timeout->tv_usec % 1000000 * 1000};
    set_timespec(&c, 4, &t);
    if (c.deadline >= 0)
      c.left_timeval = timeout;
  }
  return (int)run(&c, false);
}

WRAPPER int __upstare_pselect(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict other,
                              const struct timespec *restrict timeout, const sigset_t *restrict mask) {
  CALL(SYS_pselect6, count, (long)in, (long)out, (long)other, 0, 0);
  set_timespec(&c, 4, timeout);
  set_mask(&c, mask);
  c.mask_in_pair = true;
  return (int)run(&c, false);
}

WRAPPER int __upstare_epoll_wait(int fd, struct epoll_event *events, int count, int timeout) {
  CALL(SYS_epoll_wait, fd, (long)events, count, timeout);
  c.timeout = UPS_MILLISECONDS;
  c.timeout_arg = 3;
  if (timeout > 0)
    set_deadline(&c, timeout * INT64_C(1000000));
  return (int)run(&c, false);
}

WRAPPER int __upstare_nanosleep(const struct timespec *wanted, struct timespec *left) {
  CALL(SYS_nanosleep, 0, 0);
  if (!wanted) {
    errno = EFAULT;
    return -1;
  }
  set_timespec(&c, 0, wanted);
  c.left_timespec = left;
  return (int)run(&c, false);
}

WRAPPER int __upstare_clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *left) {
  CALL(SYS_clock_nanosleep, clock, flags, (long)wanted, (long)left);
  c.result = UPS_RESULT_CODE;
  if (!(flags & TIMER_ABSTIME) && wanted) { /* an absolute sleep can be repeated as it is */
    set_timespec(&c, 2, wanted);
    c.arg[3] = 0;
    c.left_timespec = left;
  }
  return (int)run(&c, false);
}

WRAPPER int __upstare_usleep(useconds_t microseconds) {
  CALL(SYS_nanosleep, 0, 0);
  set_timespec(&c, 0, &(struct timespec){microseconds / 1000000, microseconds % 1000000 * 1000});
  return (int)run(&c, false);
}

WRAPPER unsigned __upstare_sleep(unsigned seconds) {
  CALL(SYS_nanosleep, 0, 0);
  set_timespec(&c, 0, &(struct timespec){seconds, 0});
  c.result = UPS_RESULT_SLEEP;
  return (unsigned)run(&c, false);
}

WRAPPER pid_t __upstare_waitpid(pid_t pid, int *status, int options) {
  CALL(SYS_wait4, pid, (long)status, options, 0);
  return (pid_t)run(&c, false);
}

WRAPPER pid_t __upstare_wait(int *status) {
  CALL(SYS_wait4, -1, (long)status, 0, 0);
  return (pid_t)run(&c, false);
}

WRAPPER int __upstare_pause(void) {
  CALL(SYS_pause);
  return (int)run(&c, false);
}

WRAPPER int __upstare_sigsuspend(const sigset_t *mask) {
  CALL(SYS_rt_sigsuspend, 0, 8);
  set_mask(&c, mask);
  return (int)run(&c, false);
}
