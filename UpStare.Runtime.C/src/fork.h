/* fork.h - processes that the program forks, once there is code of patches.
 *
 * That code is in memory which processes share (arena.c), so a child would run into the traps of its parent's next update.  So it
 * gets a copy of its own, and can be updated itself: with libc's fork, and with what wrap_forks.c wraps.  A child that was made
 * otherwise (by a library that calls the kernel, by inline assembly) shares it. */
#ifndef UPS_FORK_H
#define UPS_FORK_H
#include "errors.h"

/* At start: what is to be done at each fork. */
void ups_fork_watch(void);
/* Around a fork, in the thread that forks. */
void ups_fork_before(void);
void ups_fork_in_parent(void);
void ups_fork_in_child(void);
/* In a child: the copy that was made for it, which is handed over; -1: none. */
int ups_fork_copy(void);
/* Why this process's code cannot be changed, for the sake of another one. */
enum ups_error ups_fork_forbids(void);
#endif
