/* blocking_locks.c - mutexes, locks for readers and writers: waits inside libc (blocking_wait.h).
 *
 * A lock that is free is taken at once, as ever.  One that is not is waited for by libc's function with a time-out: only
 * that way can a wait be given up, with nobody's wake-up lost.
 * Spin locks are libc's: nobody sleeps there. */
#include "blocking_call.h"
#include "blocking_wait.h"

/* Takes a lock that is free. */
#define TAKE(attempt)                                                                                        \
  do {                                                                                                       \
    int result_ = (attempt);                                                                                 \
    if (__builtin_expect(result_ != EBUSY, 1))                                                               \
      return result_;                                                                                        \
  } while (0)

static struct ups_outcome mutex_again(struct ups_call *c) {
  pthread_mutex_t *mutex = (pthread_mutex_t *)c->arg[0];
  WAIT_UNTIL(MOMENT(c->arg[1]), ETIMEDOUT, pthread_mutex_clocklock(mutex, (clockid_t)c->arg[2], &ups_wait.until));
}

/* Jumped to, so that its frame is the wrapper's.  The clock is the one that every kind of mutex can be waited for with. */
static __attribute__((noinline)) int lock_slowly(pthread_mutex_t *mutex) {
  LOCK_CALL(mutex_again, (long)mutex, 0, CLOCK_REALTIME);
  return (int)ups_call_run(&c);
}

/* A program without threads waits for no mutex but one that it shares with another process; libc then takes it without an
 * atomic operation. */
#define SHARED 128
WRAPPER int __upstare_pthread_mutex_lock(pthread_mutex_t *mutex) {
  if (__libc_single_threaded && !(mutex->__data.__kind & SHARED))
    return pthread_mutex_lock(mutex);
  TAKE(pthread_mutex_trylock(mutex));
  return lock_slowly(mutex);
}

WRAPPER int __upstare_pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
  TAKE(pthread_mutex_trylock(mutex));
  LOCK_CALL(mutex_again, (long)mutex, (long)until, CLOCK_REALTIME);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_pthread_mutex_clocklock(pthread_mutex_t *restrict mutex, clockid_t clock,
                                              const struct timespec *restrict until) {
  if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
    return pthread_mutex_clocklock(mutex, clock, until);
  LOCK_CALL(mutex_again, (long)mutex, (long)until, clock);
  return (int)ups_call_run(&c);
}

static struct ups_outcome read_lock_again(struct ups_call *c) {
  pthread_rwlock_t *lock = (pthread_rwlock_t *)c->arg[0];
  WAIT_UNTIL(MOMENT(c->arg[1]), ETIMEDOUT, pthread_rwlock_clockrdlock(lock, (clockid_t)c->arg[2], &ups_wait.until));
}

static struct ups_outcome write_lock_again(struct ups_call *c) {
  pthread_rwlock_t *lock = (pthread_rwlock_t *)c->arg[0];
  WAIT_UNTIL(MOMENT(c->arg[1]), ETIMEDOUT, pthread_rwlock_clockwrlock(lock, (clockid_t)c->arg[2], &ups_wait.until));
}

WRAPPER int __upstare_pthread_rwlock_rdlock(pthread_rwlock_t *lock) {
  TAKE(pthread_rwlock_tryrdlock(lock));
  LOCK_CALL(read_lock_again, (long)lock, 0, CLOCK_REALTIME);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_pthread_rwlock_clockrdlock(pthread_rwlock_t *restrict lock, clockid_t clock,
                                                 const struct timespec *restrict until) {
  LOCK_CALL(read_lock_again, (long)lock, (long)until, clock); /* libc looks at the moment first */
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict until) {
  LOCK_CALL(read_lock_again, (long)lock, (long)until, CLOCK_REALTIME);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_pthread_rwlock_wrlock(pthread_rwlock_t *lock) {
  TAKE(pthread_rwlock_trywrlock(lock));
  LOCK_CALL(write_lock_again, (long)lock, 0, CLOCK_REALTIME);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_pthread_rwlock_clockwrlock(pthread_rwlock_t *restrict lock, clockid_t clock,
                                                 const struct timespec *restrict until) {
  LOCK_CALL(write_lock_again, (long)lock, (long)until, clock);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict until) {
  LOCK_CALL(write_lock_again, (long)lock, (long)until, CLOCK_REALTIME);
  return (int)ups_call_run(&c);
}

/* The mutexes of C11 are those of POSIX, with other results. */
static struct ups_outcome c11_mutex_again(struct ups_call *c) {
  WAIT_UNTIL(MOMENT(c->arg[1]), thrd_timedout, mtx_timedlock((mtx_t *)c->arg[0], &ups_wait.until));
}

static inline __attribute__((always_inline)) int c11_lock(mtx_t *mutex, const struct timespec *until, uintptr_t frame) {
  int result = mtx_trylock(mutex);
  if (__builtin_expect(result != thrd_busy, 1))
    return result;
  LOCK_CALL(c11_mutex_again, (long)mutex, (long)until);
  c.frame = frame;
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_mtx_lock(mtx_t *mutex) { return c11_lock(mutex, 0, UPS_FRAME); }
WRAPPER int __upstare_mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until) {
  return c11_lock(mutex, until, UPS_FRAME);
}
