/* guard.c - for the time of a call the three signals of faults are unblocked and have a handler that jumps out of it.
 *
 * A signal that arrives from outside at that very moment and names itself SIGSEGV ends the call as well; nothing is lost:
 * the update does not take place. */
#include "guard.h"
#include "sys.h"
#include <signal.h>

#define SA_RESTORER 0x04000000

static void *landing[5]; /* for __builtin_longjmp */

struct kernel_action {
  void *handler;
  unsigned long flags;
  void *restorer;
  uint64_t mask;
};
static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE};
#define FAULTS (sizeof faults / sizeof *faults)

__attribute__((naked)) static void return_from_signal(void) { __asm__("mov $15, %eax\n\tsyscall"); }

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
  struct kernel_action before[FAULTS], action = {(void *)on_fault, SA_NODEFER | SA_RESTORER, (void *)return_from_signal, 0};
  uint64_t mask, open = 0;
  for (unsigned i = 0; i < FAULTS; i++) {
    open |= 1ull << (faults[i] - 1);
    ups_sys(SYS_rt_sigaction, faults[i], &action, &before[i], 8);
  }
  ups_sys(SYS_rt_sigprocmask, SIG_UNBLOCK, &open, &mask, 8);
  bool ok = call(function, argument);
  ups_sys(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8);
  for (unsigned i = 0; i < FAULTS; i++)
    ups_sys(SYS_rt_sigaction, faults[i], &before[i], 0, 8);
  return ok;
}
