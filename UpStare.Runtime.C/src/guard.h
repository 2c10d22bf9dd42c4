/* guard.h - runs code that may fault: data transformers, which read what the program left. */
#ifndef UPS_GUARD_H
#define UPS_GUARD_H
#include <stdbool.h>

/* Calls function(argument); false: it was ended by SIGSEGV, SIGBUS or SIGFPE.  For one thread at a time. */
bool ups_guarded(void (*function)(void *), void *argument);
#endif
