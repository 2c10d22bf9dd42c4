/* fork.h - processes that the program forks, once there is code of patches.
 *
 * That code is in memory which processes share (arena.c), so a child would run into the traps of its parent's next update.  So before
 * one of them is updated it takes a copy: that costs nothing at a fork, and the memory only once.  A child can be updated itself.
 * So it is with libc's fork, and with what wrap_forks.c wraps; of a child that was made otherwise (by a library that calls the kernel,
 * by inline assembly) the parent does not know. */
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
#endif
