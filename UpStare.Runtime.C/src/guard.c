/* guard.c - for the time of a call the three signals of faults are unblocked and have a handler that jumps out of it.
 *
 * A signal that arrives from outside at that very moment and names itself SIGSEGV ends the call as well; nothing is lost:
 * the update does not take place. */
#include "guard.h"
#include "action.h"

static void *landing[5]; /* for __builtin_longjmp */

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE};
#define FAULTS (sizeof faults / sizeof *faults)

static void on_fault(int signal) {
  (void)signal;
  __builtin_longjmp(landing, 1);
}

/* Apart from ups_guarded, which has variables that live across the jump. */
__attribute__((noinline)) static bool call(void (*function)(void *), void *argument) {
  if (__builtin_setjmp(landing))
    return false;
  function(argument);
  return true;
}

/* Calls function(argument). */
bool ups_guarded(void (*function)(void *), void *argument) {
  struct ups_action before[FAULTS], action = {(uintptr_t)on_fault, SA_NODEFER | UPS_SA_RESTORER, ups_return_from_signal, 0};
  uint64_t mask, open = 0;
  for (unsigned i = 0; i < FAULTS; i++) {
    open |= 1ull << (faults[i] - 1);
    ups_action_set(faults[i], &action, &before[i]);
  }
  ups_sys(SYS_rt_sigprocmask, SIG_UNBLOCK, &open, &mask, 8);
  bool ok = call(function, argument);
  ups_sys(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8);
  for (unsigned i = 0; i < FAULTS; i++)
    ups_action_set(faults[i], &before[i], 0);
  return ok;
}
