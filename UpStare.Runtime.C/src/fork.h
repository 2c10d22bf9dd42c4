/* fork.h - processes that the program forks, once there is code of patches.
 *
 * That code is in memory which processes share (arena.c), so a child would run into the traps of its parent's next update.  With libc's
 * fork it gets a copy of its own, and can be updated itself.  A child that was made otherwise (_Fork, a raw clone) shares it. */
#ifndef UPS_FORK_H
#define UPS_FORK_H
#include "errors.h"

/* At start: what is to be done at each fork. */
void ups_fork_watch(void);
/* In a child: the copy that was made for it, which is handed over; -1: none. */
int ups_fork_copy(void);
/* Why this process's code cannot be changed, for the sake of another one. */
enum ups_error ups_fork_forbids(void);
#endif
