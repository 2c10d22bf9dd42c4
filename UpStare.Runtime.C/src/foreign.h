/* foreign.h - threads that the program did not create: a library's, libc's own (rule T2).
 *
 * They have no base, so they are not unrolled.  They are left alone as long as nothing is decided; then each must stand in the
 * update signal's handler, with no frame of the program's on its stack, until the update is over: it runs no old code, and what it
 * calls of the program's afterwards is new, because the old entries lead there.  One that has such a frame, or blocks signals,
 * cannot be held: the update waits, or is refused. */
#ifndef UPS_FOREIGN_H
#define UPS_FOREIGN_H
#include "state.h"

/* How many are there?  The number is noted for the report. */
unsigned ups_foreign_count(void);
/* May sites be armed?  A trap would kill a thread that blocks SIGTRAP, and one that blocks the update signal cannot be
 * held (rule C13).  With the lock. */
bool ups_foreign_allow(void);
/* Are all of them held?  If not, they are asked. */
bool ups_foreign_held(void);
/* In the update signal's handler of such a thread: stands still if it can, until the update is over. */
void ups_foreign_hold(const struct ups_machine *machine);
#endif
