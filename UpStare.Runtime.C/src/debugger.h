/* debugger.h - telling unwinders and debuggers about new code. */
#ifndef UPS_DEBUGGER_H
#define UPS_DEBUGGER_H
#include "state.h"

/* Registers a version's unwind tables and symbols, once. */
void ups_debugger_register(struct ups_patch *patch);
#endif
