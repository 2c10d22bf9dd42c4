/* wrap_forks.h - calls that make a process, of which libc's fork handlers do not hear; the compiler redirects them to the runtime. */
#ifndef UPS_WRAP_FORKS_H
#define UPS_WRAP_FORKS_H
#include <stdbool.h>
#include <sys/types.h>

/* THE list, as in blocking.h: a call of NAME becomes one of __upstare_NAME.  (`syscall` is in blocking.h.) */
#if __GLIBC_PREREQ(2, 34)
#define UPS_FORK_CALLS(X) X(_Fork) X(clone)
#else
#define UPS_FORK_CALLS(X) X(clone)
#endif
pid_t __upstare__Fork(void);
int __upstare_clone(int (*function)(void *), void *stack, int flags, void *argument, ...);

/* Does a system call make a child that goes on from there, on a copy of the stack?  A child with another stack cannot return to us. */
bool ups_fork_is(long number, const long *arguments);
/* Makes that system call, and returns in both processes; like `syscall`. */
long ups_fork_by_number(long number, const long *arguments);
#endif
