/* blocking_waiting.c - poll, select, epoll_wait: calls that wait for one of many descriptors, with a time-out.
 *
 * poll and epoll_wait do not tell what is left of their time-out, so the clock is looked at before a call that has
 * one (no system call where the kernel's library reads the clock, as it nearly always does). */
#include "blocking_call.h"

/* The moment at which a time-out in milliseconds begins; 0 where there is none to measure. */
static inline int64_t start_of(int milliseconds) { return milliseconds > 0 ? ups_call_now() : 0; }

/* Describes a time-out in milliseconds. */
static void set_milliseconds(struct ups_call *c, uint32_t arg, int64_t start, int milliseconds) {
  c->never_restarts = true;
  c->timeout = UPS_MILLISECONDS;
  c->timeout_arg = arg;
  if (milliseconds > 0)
    ups_call_set_deadline(c, start, milliseconds * INT64_C(1000000));
}

WRAPPER int __upstare_poll(struct pollfd *fds, nfds_t count, int timeout) {
  int64_t start = start_of(timeout);
  struct ups_outcome r = UPS_TRY3(SYS_poll, fds, count, timeout);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_poll, (long)fds, (long)count, timeout);
  set_milliseconds(&c, 2, start, timeout);
  return (int)ups_call_go_on(&c, r);
}

WRAPPER int __upstare_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask) {
  CALL(SYS_ppoll, (long)fds, (long)count, 0, 0, 8);
  c.never_restarts = true;
  ups_call_set_time(&c, UPS_TIME_LEFT, 2, timeout);
  ups_call_set_mask(&c, 3, mask);
  return (int)ups_call_run(&c);
}

/* Linux writes the time left back, and glibc lets it be seen. */
static long end_select(struct ups_call *c, long result) {
  struct timeval *left = c->extra;
  if (left)
    *left = (struct timeval){c->time.tv_sec, c->time.tv_nsec / 1000};
  return ups_call_end(c, result);
}

WRAPPER int __upstare_select(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict other,
                             struct timeval *restrict timeout) {
  CALL(SYS_pselect6, count, (long)in, (long)out, (long)other, 0, 0);
  if (timeout && (timeout->tv_sec < 0 || timeout->tv_usec < 0))
    return (int)ups_call_failed(-EINVAL);
  c.never_restarts = true;
  c.end = end_select;
  c.extra = timeout;
  if (timeout) {
    time_t more = timeout->tv_usec / 1000000;
    struct timespec t = {timeout->tv_sec > INT64_MAX - more ? INT64_MAX : timeout->tv_sec + more, timeout->tv_usec % 1000000 * 1000};
    ups_call_set_time(&c, UPS_TIME_LEFT, 4, &t);
  }
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_pselect(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict other,
                              const struct timespec *restrict timeout, const sigset_t *restrict mask) {
  CALL(SYS_pselect6, count, (long)in, (long)out, (long)other, 0, 0);
  c.never_restarts = true;
  ups_call_set_time(&c, UPS_TIME_LEFT, 4, timeout);
  c.pair[1] = 8;
  c.has_mask = true;
  c.mask_arg = 6;
  if (mask)
    c.mask = ups_call_without_ours(mask);
  else
    c.has_mask = false, c.arg[5] = 0;
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_epoll_wait(int fd, struct epoll_event *events, int count, int timeout) {
  int64_t start = start_of(timeout);
  struct ups_outcome r = UPS_TRY6(SYS_epoll_wait, fd, events, count, timeout, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_epoll_wait, fd, (long)events, count, timeout);
  set_milliseconds(&c, 3, start, timeout);
  return (int)ups_call_go_on(&c, r);
}

WRAPPER int __upstare_epoll_pwait(int fd, struct epoll_event *events, int count, int timeout, const sigset_t *mask) {
  CALL(SYS_epoll_pwait, fd, (long)events, count, timeout, 0, 8);
  set_milliseconds(&c, 3, start_of(timeout), timeout);
  ups_call_set_mask(&c, 4, mask);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_epoll_pwait2(int fd, struct epoll_event *events, int count, const struct timespec *timeout,
                                   const sigset_t *mask) {
  CALL(SYS_epoll_pwait2, fd, (long)events, count, 0, 0, 8);
  c.never_restarts = true;
  ups_call_set_time(&c, UPS_TIMESPEC, 3, timeout);
  ups_call_set_mask(&c, 4, mask);
  return (int)ups_call_run(&c);
}

/* An array smaller than what is said is found by libc. */
WRAPPER int __upstare___poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room) {
  return room / sizeof *fds < count ? __poll_chk(fds, count, timeout, room) : __upstare_poll(fds, count, timeout);
}

WRAPPER int __upstare___ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                                  size_t room) {
  if (room / sizeof *fds < count)
    return __ppoll_chk(fds, count, timeout, mask, room);
  return __upstare_ppoll(fds, count, timeout, mask);
}
