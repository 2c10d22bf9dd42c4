/* blocking_time.c - sleep and its kin.  The kernel tells how much is left of a relative sleep, as libc's functions have
 * always let it; an absolute one is repeated as it is. */
#include "blocking_call.h"

/* Time on this clock does not pass while nothing of the program runs. */
static bool is_processor_time(clockid_t clock) {
  return clock < 0 || clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
}

/* What is left goes where the wanted time was. */
static struct ups_outcome sleep_again(struct ups_call *c) {
  if (!(c->arg[1] & TIMER_ABSTIME) && c->arg[2])
    c->arg[2] = c->arg[3] = (long)&c->time;
  return ups_call_again(c);
}

/* Describes clock_nanosleep. */
static void set_sleep(struct ups_call *c, const struct timespec *wanted) {
  c->never_restarts = true;
  c->again = sleep_again;
  if (!(c->arg[1] & TIMER_ABSTIME))
    ups_call_set_time(c, is_processor_time((clockid_t)c->arg[0]) ? UPS_NO_TIMEOUT : UPS_TIME_LEFT, 2, wanted);
}

/* The time left goes where the program wants it, if its own signal ended the sleep.  The result is the error's number. */
static long end_sleep(struct ups_call *c, long result) {
  struct timespec *left = c->extra;
  if (left && result == -EINTR && !(c->arg[1] & TIMER_ABSTIME))
    *left = c->time;
  return -result;
}

static long end_nanosleep(struct ups_call *c, long result) { return ups_call_end(c, -end_sleep(c, result)); }

static long end_seconds(struct ups_call *c, long result) {
  if (result == 0)
    return 0;
  errno = EINTR;
  return c->time.tv_sec;
}

/* 0, -1: a signal, -2: an error. */
static long end_thread_sleep(struct ups_call *c, long result) {
  end_sleep(c, result);
  return result == 0 ? 0 : result == -EINTR ? -1 : -2;
}

WRAPPER int __upstare_clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *left) {
  if (clock == CLOCK_THREAD_CPUTIME_ID)
    return EINVAL; /* libc's own decision */
  CALL(SYS_clock_nanosleep, clock, flags, (long)wanted);
  set_sleep(&c, wanted);
  c.end = end_sleep;
  c.extra = left;
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_nanosleep(const struct timespec *wanted, struct timespec *left) {
  CALL(SYS_clock_nanosleep, CLOCK_REALTIME, 0, (long)wanted);
  set_sleep(&c, wanted);
  c.end = end_nanosleep;
  c.extra = left;
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_usleep(useconds_t microseconds) {
  struct timespec wanted = {microseconds / 1000000, microseconds % 1000000 * 1000};
  CALL(SYS_clock_nanosleep, CLOCK_REALTIME, 0, (long)&wanted);
  set_sleep(&c, &wanted);
  c.end = end_nanosleep;
  return (int)ups_call_run(&c);
}

WRAPPER unsigned __upstare_sleep(unsigned seconds) {
  struct timespec wanted = {seconds, 0};
  CALL(SYS_clock_nanosleep, CLOCK_REALTIME, 0, (long)&wanted);
  set_sleep(&c, &wanted);
  c.end = end_seconds;
  return (unsigned)ups_call_run(&c);
}

WRAPPER int __upstare_thrd_sleep(const struct timespec *wanted, struct timespec *left) {
  CALL(SYS_clock_nanosleep, CLOCK_REALTIME, 0, (long)wanted);
  set_sleep(&c, wanted);
  c.end = end_thread_sleep;
  c.extra = left;
  return (int)ups_call_run(&c);
}
