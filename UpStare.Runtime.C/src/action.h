/* action.h - what the kernel has for a signal; glibc's sigaction() has another layout, and refuses its own signals. */
#ifndef UPS_ACTION_H
#define UPS_ACTION_H
#include "sys.h"
#include <signal.h>

#define UPS_SA_RESTORER 0x04000000

/* struct sigaction as the kernel has it. */
struct ups_action {
  uintptr_t handler; /* or SIG_DFL, SIG_IGN */
  unsigned long flags;
  void (*restorer)(void);
  uint64_t mask;
};

/* What the kernel returns to after a handler of ours (trap.c). */
void ups_return_from_signal(void) __attribute__((visibility("hidden")));

/* The action of a signal.  False: there is no such signal. */
static inline bool ups_action_get(int signal, struct ups_action *action) { return ups_sys(SYS_rt_sigaction, signal, 0, action, 8) == 0; }
/* Sets it; *old, unless 0, is what was there. */
static inline void ups_action_set(int signal, const struct ups_action *action, struct ups_action *old) { ups_sys(SYS_rt_sigaction, signal, action, old, 8); }
/* Would the program's code run? */
static inline bool ups_action_calls(const struct ups_action *action) {
  return action->handler != (uintptr_t)SIG_DFL && action->handler != (uintptr_t)SIG_IGN;
}
#endif
