/* blocking_processes.c - waiting for children and for signals. */
#include "blocking_call.h"

/* wait and its kin are all wait4. */
static inline __attribute__((always_inline)) pid_t wait_for(pid_t pid, int *status, int options, struct rusage *usage, uintptr_t frame) {
  struct ups_outcome r = UPS_TRY6(SYS_wait4, pid, status, options, usage, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_wait4, pid, (long)status, options, (long)usage);
  c.frame = frame;
  return (pid_t)ups_call_go_on(&c, r);
}

WRAPPER pid_t __upstare_waitpid(pid_t pid, int *status, int options) { return wait_for(pid, status, options, 0, UPS_FRAME); }
WRAPPER pid_t __upstare_wait(int *status) { return wait_for(-1, status, 0, 0, UPS_FRAME); }
WRAPPER pid_t __upstare_wait3(int *status, int options, struct rusage *usage) { return wait_for(-1, status, options, usage, UPS_FRAME); }
WRAPPER pid_t __upstare_wait4(pid_t pid, int *status, int options, struct rusage *usage) {
  return wait_for(pid, status, options, usage, UPS_FRAME);
}

WRAPPER int __upstare_waitid(idtype_t type, id_t id, siginfo_t *info, int options) {
  struct ups_outcome r = UPS_TRY6(SYS_waitid, type, id, info, options, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_waitid, type, id, (long)info, options);
  return (int)ups_call_go_on(&c, r);
}

WRAPPER int __upstare_pause(void) {
  CALL(SYS_pause);
  c.never_restarts = true;
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_sigsuspend(const sigset_t *mask) {
  CALL(SYS_rt_sigsuspend, 0, 8);
  c.never_restarts = true;
  ups_call_set_mask(&c, 0, mask);
  return (int)ups_call_run(&c);
}

/* glibc does not let the difference between kill and tgkill be seen. */
static long end_signal(struct ups_call *c, long result) {
  siginfo_t *info = (siginfo_t *)c->arg[1];
  if (result >= 0 && info && info->si_code == SI_TKILL)
    info->si_code = SI_USER;
  return ups_call_end(c, result);
}

WRAPPER int __upstare_sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info, const struct timespec *restrict timeout) {
  CALL(SYS_rt_sigtimedwait, 0, (long)info, 0, 8);
  c.never_restarts = true;
  c.end = end_signal;
  ups_call_set_mask(&c, 0, set);
  ups_call_set_time(&c, UPS_TIMESPEC, 2, timeout);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info) {
  CALL(SYS_rt_sigtimedwait, 0, (long)info, 0, 8);
  c.never_restarts = true;
  c.end = end_signal;
  ups_call_set_mask(&c, 0, set);
  return (int)ups_call_run(&c);
}

/* sigwait is never interrupted. */
static bool settle_sigwait(struct ups_call *c, struct ups_outcome r, long *result) {
  *result = r.value;
  (void)c;
  return r.value != -UPS_INTERRUPTED && r.value != -EINTR;
}

static long end_sigwait(struct ups_call *c, long result) {
  if (result < 0)
    return -result;
  *(int *)c->extra = (int)result;
  return 0;
}

WRAPPER int __upstare_sigwait(const sigset_t *restrict set, int *restrict signal) {
  CALL(SYS_rt_sigtimedwait, 0, 0, 0, 8);
  c.endures = true;
  c.settle = settle_sigwait;
  c.end = end_sigwait;
  c.extra = signal;
  ups_call_set_mask(&c, 0, set);
  return (int)ups_call_run(&c);
}
