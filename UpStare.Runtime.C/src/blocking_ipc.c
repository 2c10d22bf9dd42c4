/* blocking_ipc.c - semaphores and messages of System V, message queues of POSIX, futex by syscall. */
#include "blocking_call.h"
#include "wrap_forks.h"
#include <linux/futex.h>
#include <stdarg.h>

/* semop is semtimedop without a time-out.  Neither is a cancellation point. */
WRAPPER int __upstare_semop(int id, struct sembuf *operations, size_t count) {
  struct ups_outcome r = UPS_TRY6_UNCANCELLED(SYS_semtimedop, id, operations, count, 0, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_semtimedop, id, (long)operations, (long)count, 0);
  c.no_cancel = c.never_restarts = true;
  return (int)ups_call_go_on(&c, r);
}

WRAPPER int __upstare_semtimedop(int id, struct sembuf *operations, size_t count, const struct timespec *timeout) {
  CALL(SYS_semtimedop, id, (long)operations, (long)count, 0);
  c.no_cancel = c.never_restarts = true;
  ups_call_set_time(&c, UPS_TIMESPEC, 3, timeout);
  return (int)ups_call_run(&c);
}

WRAPPER ssize_t __upstare_msgrcv(int id, void *message, size_t size, long type, int flags) {
  struct ups_outcome r = UPS_TRY6(SYS_msgrcv, id, message, size, type, flags, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_msgrcv, id, (long)message, (long)size, type, flags);
  c.never_restarts = true;
  return ups_call_go_on(&c, r);
}

WRAPPER int __upstare_msgsnd(int id, const void *message, size_t size, int flags) {
  struct ups_outcome r = UPS_TRY6(SYS_msgsnd, id, message, size, flags, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_msgsnd, id, (long)message, (long)size, flags);
  c.never_restarts = true;
  return (int)ups_call_go_on(&c, r);
}

/* The time-out of a message queue is a moment: the call is repeated as it is. */
static inline __attribute__((always_inline)) long queue_call(long number, mqd_t queue, long text, size_t size, long priority,
                                                              const struct timespec *until, uintptr_t frame) {
  struct ups_outcome r = UPS_TRY6(number, queue, text, size, priority, until, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(number, queue, text, (long)size, priority, (long)until);
  c.frame = frame;
  return ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_mq_receive(mqd_t queue, char *text, size_t size, unsigned *priority) {
  return queue_call(SYS_mq_timedreceive, queue, (long)text, size, (long)priority, 0, UPS_FRAME);
}

WRAPPER ssize_t __upstare_mq_timedreceive(mqd_t queue, char *restrict text, size_t size, unsigned *restrict priority,
                                          const struct timespec *restrict until) {
  return queue_call(SYS_mq_timedreceive, queue, (long)text, size, (long)priority, until, UPS_FRAME);
}

WRAPPER int __upstare_mq_send(mqd_t queue, const char *text, size_t size, unsigned priority) {
  return (int)queue_call(SYS_mq_timedsend, queue, (long)text, size, priority, 0, UPS_FRAME);
}

WRAPPER int __upstare_mq_timedsend(mqd_t queue, const char *text, size_t size, unsigned priority, const struct timespec *until) {
  return (int)queue_call(SYS_mq_timedsend, queue, (long)text, size, priority, until, UPS_FRAME);
}

/* Of the system calls that block and that a program makes by number only futex is one that it cannot make otherwise.  FUTEX_WAIT has a
 * relative time-out, all others have moments. */
WRAPPER long __upstare_syscall(long number, ...) {
  long a[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; i++)
    a[i] = va_arg(list, long);
  va_end(list);
  if (ups_fork_is(number, a))
    return ups_fork_by_number(number, a);
  if (number != SYS_futex)
    return syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  CALL(SYS_futex, a[0], a[1], a[2], a[3], a[4], a[5]);
  int operation = (int)a[1] & FUTEX_CMD_MASK;
  c.no_cancel = true;
  if (operation == FUTEX_WAIT && a[3]) {
    c.never_restarts = true;
    ups_call_set_time(&c, UPS_TIMESPEC, 3, (const struct timespec *)a[3]);
  }
  return ups_call_run(&c);
}
