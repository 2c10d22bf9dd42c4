/* wrap_forks.c - see wrap_forks.h: _Fork, clone, and system calls by number.
 *
 * A child that runs on a copy of our memory gets a copy of the patches' code as well (fork.h).  Threads, and children that share our
 * memory, are the kernel's business. */
#include "wrap_forks.h"
#include "fork.h"
#include "state.h"
#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdarg.h>
#include <unistd.h>

/* The call has come back: in which of the two processes?  Keeps errno. */
static long after(long child) {
  int error = errno;
  if (child == 0)
    ups_fork_in_child();
  else
    ups_fork_in_parent();
  errno = error;
  return child;
}

#if __GLIBC_PREREQ(2, 34)
UPS_HOT pid_t __upstare__Fork(void) {
  ups_fork_before();
  return (pid_t)after(_Fork());
}
#endif

/* What the child of a clone does: it is on a stack of its own, and sees a copy of its parent's. */
struct start {
  int (*function)(void *);
  void *argument;
};
static int run(void *what) {
  const struct start *start = what;
  ups_fork_in_child();
  return start->function(start->argument);
}

UPS_HOT int __upstare_clone(int (*function)(void *), void *stack, int flags, void *argument, ...) {
  va_list more;
  va_start(more, argument);
  void *parent_tid = va_arg(more, void *), *tls = va_arg(more, void *), *child_tid = va_arg(more, void *);
  va_end(more);
  if (flags & CLONE_VM)
    return clone(function, stack, flags, argument, parent_tid, tls, child_tid);
  struct start start = {function, argument};
  ups_fork_before();
  return (int)after(clone(run, stack, flags, &start, parent_tid, tls, child_tid)); /* the child is not here */
}

UPS_HOT bool ups_fork_is(long number, const long *a) {
  const struct clone_args *args = (const struct clone_args *)a[0];
  switch (number) {
#ifdef SYS_fork
  case SYS_fork: return true;
#endif
  case SYS_clone: return !(a[0] & CLONE_VM) && !a[1];
  case SYS_clone3: return args && a[1] >= CLONE_ARGS_SIZE_VER0 && !(args->flags & CLONE_VM) && !args->stack;
  default: return false;
  }
}

UPS_HOT long ups_fork_by_number(long number, const long *a) {
  ups_fork_before();
  return after(syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]));
}
