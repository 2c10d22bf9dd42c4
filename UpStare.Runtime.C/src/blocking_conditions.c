/* blocking_conditions.c - condition variables, semaphores, the end of threads: waits inside libc (blocking_wait.h).
 *
 * A condition variable cannot be waited for again, for what happened in between would be missed (rule B3): an update makes it
 * a spurious wake-up.  libc has taken the mutex again by then; it is given back while the thread is parked, so that others
 * who wait with it can come out, too, and taken again before the wrapper returns.
 *
 * A semaphore, and nothing else, lets signals end a wait.
 * Leaves out: barriers, where one that has come cannot go. */
#include "blocking_call.h"
#include "blocking_wait.h"

/* Places in ups_call.arg. */
enum { CONDITION, MUTEX, UNTIL, CLOCK };
#define CONDITIONS_OWN (-1) /* the clock that the condition variable was made with */

/* The thread needs this mutex to come out of its wait: who has it meanwhile does not stop. */
static void needs(void *mutex) {
  struct ups_thread *self = ups_self();
  if (self)
    self->waits_for = mutex;
}

/* The wait proper; -UPS_INTERRUPTED: the update has ended it, and the mutex is free. */
static long wait_for(struct ups_call *c) {
  pthread_cond_t *condition = (pthread_cond_t *)c->arg[CONDITION];
  pthread_mutex_t *mutex = (pthread_mutex_t *)c->arg[MUTEX];
  struct ups_wait outer;
  needs(mutex);
  ups_wait_begin(&outer, (struct ups_wait){.timed = true, .until = MOMENT(c->arg[UNTIL]), .frame = c->frame});
  int error = c->arg[CLOCK] == CONDITIONS_OWN ? pthread_cond_timedwait(condition, mutex, &ups_wait.until)
                                              : pthread_cond_clockwait(condition, mutex, (clockid_t)c->arg[CLOCK], &ups_wait.until);
  bool ours = ups_wait_end(&outer);
  needs(0);
  if (!ours || error != ETIMEDOUT)
    return -(long)error;
  pthread_mutex_unlock(mutex);
  return -UPS_INTERRUPTED;
}

/* Waits for the condition; after that has been ended, for the mutex. */
static struct ups_outcome condition_again(struct ups_call *c) {
  if (!c->done) {
    long result = wait_for(c);
    c->done = result == -UPS_INTERRUPTED;
    return (struct ups_outcome){result, 0};
  }
  WAIT_UNTIL(UPS_NEVER, ETIMEDOUT, pthread_mutex_clocklock((pthread_mutex_t *)c->arg[MUTEX], CLOCK_REALTIME, &ups_wait.until));
}

#define CONDITION_CALL(until, clock) LOCK_CALL(condition_again, (long)condition, (long)mutex, (long)(until), clock)

WRAPPER int __upstare_pthread_cond_wait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex) {
  CONDITION_CALL(0, CLOCK_MONOTONIC);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                                             const struct timespec *restrict until) {
  CONDITION_CALL(until, CONDITIONS_OWN);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_pthread_cond_clockwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, clockid_t clock,
                                             const struct timespec *restrict until) {
  CONDITION_CALL(until, clock);
  return (int)ups_call_run(&c);
}

/* The same for C11. */
static struct ups_outcome c11_condition_again(struct ups_call *c) {
  mtx_t *mutex = (mtx_t *)c->arg[MUTEX];
  if (c->done) {
    WAIT_UNTIL(UPS_NEVER, thrd_timedout, mtx_timedlock(mutex, &ups_wait.until));
  }
  struct ups_wait outer;
  needs(mutex);
  ups_wait_begin(&outer, (struct ups_wait){.timed = true, .until = MOMENT(c->arg[UNTIL]), .frame = c->frame});
  int result = cnd_timedwait((cnd_t *)c->arg[CONDITION], mutex, &ups_wait.until);
  bool ours = ups_wait_end(&outer);
  needs(0);
  if (!ours || result != thrd_timedout)
    return (struct ups_outcome){-(long)result, 0};
  mtx_unlock(mutex);
  c->done = 1;
  return (struct ups_outcome){-UPS_INTERRUPTED, 0};
}

#define C11_CONDITION_CALL(until) LOCK_CALL(c11_condition_again, (long)condition, (long)mutex, (long)(until))

WRAPPER int __upstare_cnd_wait(cnd_t *condition, mtx_t *mutex) {
  C11_CONDITION_CALL(0);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until) {
  C11_CONDITION_CALL(until);
  return (int)ups_call_run(&c);
}

/* Waiting for a thread to end. */
static struct ups_outcome join_again(struct ups_call *c) {
  WAIT_UNTIL(MOMENT(c->arg[1]), ETIMEDOUT,
             pthread_clockjoin_np((pthread_t)c->arg[0], (void **)c->arg[3], (clockid_t)c->arg[2], &ups_wait.until));
}

WRAPPER int __upstare_pthread_join(pthread_t thread, void **value) {
  LOCK_CALL(join_again, (long)thread, 0, CLOCK_REALTIME, (long)value);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_pthread_clockjoin_np(pthread_t thread, void **value, clockid_t clock, const struct timespec *until) {
  LOCK_CALL(join_again, (long)thread, (long)until, clock, (long)value);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_pthread_timedjoin_np(pthread_t thread, void **value, const struct timespec *until) {
  LOCK_CALL(join_again, (long)thread, (long)until, CLOCK_REALTIME, (long)value);
  return (int)ups_call_run(&c);
}

/* glibc's thrd_t is pthread_t; there is no thrd_join with a time-out. */
static struct ups_outcome c11_join_again(struct ups_call *c) {
  void *value = 0;
  long to = c->arg[3];
  c->arg[3] = (long)&value;
  struct ups_outcome r = join_again(c);
  c->arg[3] = to;
  if (r.value == 0 && to)
    *(int *)to = (int)(uintptr_t)value;
  return r;
}

static long end_c11_join(struct ups_call *c, long result) {
  (void)c;
  return result == 0 ? thrd_success : result == -ENOMEM ? thrd_nomem : thrd_error;
}

WRAPPER int __upstare_thrd_join(thrd_t thread, int *value) {
  LOCK_CALL(c11_join_again, (long)thread, 0, CLOCK_REALTIME, (long)value);
  c.end = end_c11_join;
  return (int)ups_call_run(&c);
}

/* A program without other threads can cancel itself: from then on wrapped calls are cancellation points. */
WRAPPER int __upstare_pthread_cancel(pthread_t thread) {
  ups_call_cancelled_once = true;
  return pthread_cancel(thread);
}

/* Semaphores: the wait is libc's own, with all that it does when a signal comes; the handler lets ours end it. */
static struct ups_outcome semaphore_again(struct ups_call *c) {
  sem_t *semaphore = (sem_t *)c->arg[0];
  const struct timespec *until = (const struct timespec *)c->arg[1];
  struct ups_wait outer;
  int before = errno;
  ups_wait_begin(&outer, (struct ups_wait){.number = SYS_futex, .low = c->arg[0], .high = c->arg[0] + sizeof *semaphore,
                                           .frame = c->frame, .back = ((const uintptr_t *)c->frame)[1]});
  int result = until ? sem_clockwait(semaphore, (clockid_t)c->arg[2], until) : sem_wait(semaphore);
  int error = errno;
  bool ours = ups_wait_end(&outer);
  errno = before;
  return (struct ups_outcome){result == 0 ? 0 : ours && error == EINTR ? -UPS_INTERRUPTED : -(long)error, 0};
}

/* Describes it; with a time-out a signal always ends it. */
#define SEMAPHORE_CALL(until, clock)                                                                         \
  CALL(0, (long)semaphore, (long)(until), clock);                                                            \
  c.again = semaphore_again;                                                                                 \
  c.never_restarts = c.arg[1] != 0

WRAPPER int __upstare_sem_wait(sem_t *semaphore) {
  SEMAPHORE_CALL(0, 0);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
  SEMAPHORE_CALL(until, CLOCK_REALTIME);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_sem_clockwait(sem_t *restrict semaphore, clockid_t clock, const struct timespec *restrict until) {
  SEMAPHORE_CALL(until, clock);
  return (int)ups_call_run(&c);
}
