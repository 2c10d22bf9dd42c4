/* wrap_signals.c - the runtime's two signals stay usable whatever the program does with "all" signals (rule S1).
 *
 * A trap while SIGTRAP is blocked kills the process, and a thread that blocks the update signal would not be woken.  So
 * neither is ever blocked, in a mask or while a handler runs, nor is our handler of the update signal replaced: what the
 * program asked for is remembered, and told it when it asks.  No system call is added.
 *
 * The kernel knows upstare_deliver for all handlers of the program's (handlers.h). */
#include "wrap_signals.h"
#include "handlers.h"
#include "state.h"
#include "trap.h"

/* Which of our signals are in a set: bit 0 SIGTRAP, bit 1 the update signal. */
static uint8_t ours_in(const sigset_t *set) {
  return (uint8_t)((sigismember(set, SIGTRAP) == 1) | (sigismember(set, ups_state->signal) == 1) << 1);
}
static void take_ours_out(sigset_t *set) {
  sigdelset(set, SIGTRAP);
  sigdelset(set, ups_state->signal);
}
static void put_ours_in(sigset_t *set, uint8_t ours) {
  if (ours & 1)
    sigaddset(set, SIGTRAP);
  if (ours & 2)
    sigaddset(set, ups_state->signal);
}

/* A mask function of libc, without our signals. */
UPS_HOT static int change_mask(int (*change)(int, const sigset_t *, sigset_t *), int how, const sigset_t *set, sigset_t *old) {
  struct ups_thread *self = ups_state ? ups_self() : 0;
  if (!self)
    return change(how, set, old);
  uint8_t before = self->blocked, given = set ? ours_in(set) : 0;
  sigset_t safe;
  if (set) {
    safe = *set;
    take_ours_out(&safe);
  }
  int result = change(how, set ? &safe : 0, old);
  if (result != 0)
    return result;
  if (set)
    self->blocked = how == SIG_BLOCK ? before | given : how == SIG_UNBLOCK ? before & ~given : given;
  if (old)
    put_ours_in(old, before);
  return result;
}

UPS_HOT int __upstare_sigprocmask(int how, const sigset_t *set, sigset_t *old) { return change_mask(sigprocmask, how, set, old); }

UPS_HOT int __upstare_pthread_sigmask(int how, const sigset_t *set, sigset_t *old) {
  return change_mask(pthread_sigmask, how, set, old);
}

/* The update signal's action, as the program believes it to be. */
static int believed(const struct sigaction *action, struct sigaction *old) {
  struct sigaction new = action ? *action : ups_state->believed;
  sigdelset(&new.sa_mask, SIGKILL);
  sigdelset(&new.sa_mask, SIGSTOP);
  if (old)
    *old = ups_state->believed;
  ups_state->believed = new;
  return 0;
}

/* SIGTRAP's: our handler is installed while sites are armed, and for ever where there are threads. */
static int trap_action(const struct sigaction *action, struct sigaction *old) {
  uint64_t mask = ups_signals_block(); /* no update begins or ends meanwhile */
  ups_lock();
  int result = 0;
  if (!ups_state->saved_trap)
    result = sigaction(SIGTRAP, action, old);
  else {
    if (old)
      ups_trap_program_get(old);
    if (action)
      ups_trap_program_set(action);
  }
  ups_unlock();
  ups_signals_restore(mask);
  return result;
}

/* What the kernel is given for a handler, and what the program is told: the handler that it has set last.  A library may have
 * got hold of upstare_deliver, which stands for the same. */
static bool is_ours(__sighandler_t handler) { return handler == (__sighandler_t)(void (*)(void))upstare_deliver; }
static __sighandler_t handler_in(int signal, __sighandler_t handler, __sighandler_t *before) {
  *before = (__sighandler_t)ups_state->handlers[signal];
  if (handler == SIG_DFL || handler == SIG_IGN || handler == SIG_ERR || is_ours(handler))
    return handler;
  *before = (__sighandler_t)atomic_exchange(&ups_state->handlers[signal], (void *)handler);
  return (__sighandler_t)(void (*)(void))upstare_deliver;
}
static __sighandler_t handler_out(__sighandler_t handler, __sighandler_t before) { return is_ours(handler) ? before : handler; }

/* The kernel has refused. */
static void take_back(int signal, __sighandler_t before) { ups_state->handlers[signal] = (void *)before; }

UPS_HOT int __upstare_sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
  if (!ups_state || signal < 1 || signal > 64)
    return sigaction(signal, action, old);
  if (signal == ups_state->signal)
    return believed(action, old);
  if (signal == SIGTRAP)
    return trap_action(action, old);
  struct sigaction safe;
  uint8_t *hidden = &ups_state->hidden[signal], before = *hidden, given = 0;
  __sighandler_t old_handler = (__sighandler_t)ups_state->handlers[signal];
  if (action) {
    safe = *action;
    given = ours_in(&safe.sa_mask);
    take_ours_out(&safe.sa_mask);
    safe.sa_handler = handler_in(signal, action->sa_handler, &old_handler);
  }
  int result = sigaction(signal, action ? &safe : 0, old);
  if (result < 0 && action)
    take_back(signal, old_handler);
  if (result == 0 && action)
    *hidden = given;
  if (result == 0 && old) {
    put_ours_in(&old->sa_mask, before);
    old->sa_handler = handler_out(old->sa_handler, old_handler);
  }
  return result;
}

/* signal, and the one of System V: `change` is libc's, `flags` are those that it uses. */
static __sighandler_t set_handler(__sighandler_t (*change)(int, __sighandler_t), int flags, int number, __sighandler_t handler) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags}, old;
  __sighandler_t before;
  if (!ups_state || number < 1 || number > 64)
    return change(number, handler);
  if (number == SIGTRAP || number == ups_state->signal)
    return __upstare_sigaction(number, &action, &old) < 0 ? SIG_ERR : old.sa_handler;
  __sighandler_t result = change(number, handler_in(number, handler, &before));
  if (result == SIG_ERR)
    take_back(number, before);
  return handler_out(result, before);
}

UPS_HOT __sighandler_t __upstare_signal(int number, __sighandler_t handler) { return set_handler(signal, SA_RESTART, number, handler); }

UPS_HOT __sighandler_t __upstare___sysv_signal(int number, __sighandler_t handler) {
  return set_handler(__sysv_signal, SA_RESETHAND | SA_NODEFER, number, handler);
}
