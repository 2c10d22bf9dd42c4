/* trap.h - the handlers of our two signals. */
#ifndef UPS_TRAP_H
#define UPS_TRAP_H
#include "state.h"

/* Does the calling thread take part in updates? */
bool ups_is_participant(void);
/* Installs the handler of the update signal, for ever; false: impossible. */
bool ups_signals_install(void);
/* Installs the SIGTRAP handler while sites are armed, and puts the program's own back. */
void ups_trap_install(void);
void ups_trap_remove(void);
/* What the program believes to be SIGTRAP's action while ours is installed. */
void ups_trap_program_get(struct sigaction *action);
void ups_trap_program_set(const struct sigaction *action);
/* Takes SIGTRAP out of the masks of the program's handlers: a site in a handler that blocks it would kill the
 * process (rule C13). */
void ups_trap_unmask_handlers(void);
/* Makes a timer that sends a thread the update signal again and again; false: impossible. */
bool ups_timer_make(int tid, int64_t every_ns, int *timer);
/* Starts, changes and ends the timer that repeats the update signal for the driver; false: impossible. */
bool ups_timer_start(int64_t every_ns);
void ups_timer_set(int64_t every_ns);
void ups_timer_stop(void);
/* Calls function(argument) on another stack (base.S). */
long ups_on_stack(long (*function)(void *), void *argument, uintptr_t top) __attribute__((visibility("hidden")));
#endif
