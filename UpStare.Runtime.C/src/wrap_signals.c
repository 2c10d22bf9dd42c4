/* wrap_signals.c - what a program does with its signals while sites are armed must not make a trap deadly: a trap
 * while SIGTRAP is blocked kills the process.
 *
 * Outside an update these are libc's functions and one test.  While sites are armed: blocking SIGTRAP disarms them
 * first, unblocking arms them again; handlers get SIGTRAP out of their masks; the program's own SIGTRAP handler is
 * kept for after the update. */
#include "wrap_signals.h"
#include "sites.h"
#include "trap.h"

/* Are sites to be armed, whether or not they are just now? */
static bool armed(void) { return ups_state && ups_state->phase == UPS_ARMED && ups_self() && ups_sys(SYS_gettid) == ups_self()->tid; }

/* Does the mask that a call would make block SIGTRAP?  -1: it does not change that. */
static int blocks_trap(int how, const sigset_t *set) {
  if (!set)
    return -1;
  if (how == SIG_SETMASK)
    return sigismember(set, SIGTRAP);
  return sigismember(set, SIGTRAP) ? how == SIG_BLOCK : -1;
}

/* A mask function of libc, with the sites disarmed as long as SIGTRAP is blocked. */
static int change_mask(int (*change)(int, const sigset_t *, sigset_t *), int how, const sigset_t *set, sigset_t *old) {
  int blocks = armed() ? blocks_trap(how, set) : -1;
  if (blocks == 1 && ups_state->image->armed)
    ups_sites_arm(ups_state->image, false);
  int result = change(how, set, old);
  /* after a request's refusals the timer decides when to arm again */
  if (blocks == 0 && armed() && !ups_state->image->armed && ups_state->purpose != UPS_FOR_REQUEST)
    ups_sites_arm(ups_state->image, true);
  return result;
}

int __upstare_sigprocmask(int how, const sigset_t *set, sigset_t *old) { return change_mask(sigprocmask, how, set, old); }

int __upstare_pthread_sigmask(int how, const sigset_t *set, sigset_t *old) {
  return change_mask(pthread_sigmask, how, set, old);
}

int __upstare_sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
  if (!armed())
    return sigaction(signal, action, old);
  if (signal == SIGTRAP) { /* between the two calls no site is reached: we are in the program's own thread */
    ups_trap_remove();
    int result = sigaction(signal, action, old);
    ups_trap_install();
    return result;
  }
  struct sigaction safe;
  if (action) {
    safe = *action;
    sigdelset(&safe.sa_mask, SIGTRAP);
    action = &safe;
  }
  return sigaction(signal, action, old);
}
