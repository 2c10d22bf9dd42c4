/* blocking_locks.c - mutexes, condition variables, semaphores and their kin: waits inside libc (blocking_wait.h).
 *
 * A lock that is free is taken at once, as ever.  One that is not is waited for by libc's function with a time-out: only
 * that way can a wait be given up, with nobody's wake-up lost.  A condition variable cannot be waited for again, for what
 * happened in between would be missed: an update makes it a spurious wake-up, with the mutex held (rule B3).  A
 * semaphore, and nothing else, lets signals end a wait.
 *
 * Leaves out: barriers, where one that has come cannot go; spin locks, where nobody sleeps. */
#include "blocking_call.h"
#include "blocking_wait.h"

/* One wait with a time-out that lies in ups_wait: `attempt` gives the error's number; the outcome is the negative. */
#define WAIT_UNTIL(moment, timed_out, attempt)                                                               \
  struct ups_wait outer;                                                                                     \
  ups_wait_begin(&outer, (struct ups_wait){.timed = true, .until = (moment)});                               \
  int error = (attempt);                                                                                     \
  bool ours = ups_wait_end(&outer);                                                                          \
  return (struct ups_outcome){ours && error == (timed_out) ? -UPS_INTERRUPTED : -(long)error, 0}
#define MOMENT(p) ((p) ? *(const struct timespec *)(p) : UPS_NEVER)

/* Describes a lock: the object, the moment (0: never), the clock. */
#define LOCK_CALL(function, ...)                                                                             \
  CALL(0, __VA_ARGS__);                                                                                      \
  c.again = function;                                                                                        \
  c.end = ups_call_end_code;                                                                                 \
  c.endures = true
/* Takes a lock that is free. */
#define TAKE(attempt)                                                                                        \
  do {                                                                                                       \
    int taken_ = (attempt);                                                                                  \
    if (__builtin_expect(taken_ != EBUSY, 1))                                                                \
      return taken_;                                                                                         \
  } while (0)

static struct ups_outcome mutex_again(struct ups_call *c) {
  pthread_mutex_t *mutex = (pthread_mutex_t *)c->arg[0];
  WAIT_UNTIL(MOMENT(c->arg[1]), ETIMEDOUT, pthread_mutex_clocklock(mutex, (clockid_t)c->arg[2], &ups_wait.until));
}

/* The clock is the one that every kind of mutex can be waited for with. */
WRAPPER int __upstare_pthread_mutex_lock(pthread_mutex_t *mutex) {
  TAKE(pthread_mutex_trylock(mutex));
  LOCK_CALL(mutex_again, (long)mutex, 0, CLOCK_REALTIME);
  return (int)ups_call_run(&c);
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
  int taken = mtx_trylock(mutex);
  if (__builtin_expect(taken != thrd_busy, 1))
    return taken;
  LOCK_CALL(c11_mutex_again, (long)mutex, (long)until);
  c.frame = frame;
  return (int)ups_call_run(&c);
}
#define FRAME ((uintptr_t)__builtin_frame_address(0))

WRAPPER int __upstare_mtx_lock(mtx_t *mutex) { return c11_lock(mutex, 0, FRAME); }
WRAPPER int __upstare_mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until) {
  return c11_lock(mutex, until, FRAME);
}

/* Condition variables: a wait that the update ends is over, as if it had been signalled.  The mutex is given up once more
 * and the call goes on as one that waits for it, so that a hundred threads that wait with one mutex can all stop.
 * A thread that holds it meanwhile does not stop (ups_thread.waits_for). */
#define CONDITION(mutex, moment, timed_out, attempt, unlock, lock_again)                                     \
  do {                                                                                                       \
    struct ups_wait outer_;                                                                                  \
    struct ups_thread *self_ = ups_self();                                                                   \
    if (self_)                                                                                               \
      self_->waits_for = (mutex);                                                                            \
    ups_wait_begin(&outer_, (struct ups_wait){.timed = true, .until = (moment)});                            \
    int result_ = (attempt);                                                                                 \
    bool ours_ = ups_wait_end(&outer_);                                                                      \
    if (self_)                                                                                               \
      self_->waits_for = 0;                                                                                  \
    if (!ours_ || result_ != (timed_out))                                                                    \
      return result_;                                                                                        \
    unlock(mutex);                                                                                           \
    LOCK_CALL(lock_again, (long)(mutex), 0, CLOCK_REALTIME);                                                 \
    return (int)ups_call_go_on(&c, (struct ups_outcome){-UPS_INTERRUPTED, 0});                               \
  } while (0)

WRAPPER int __upstare_pthread_cond_wait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex) {
  CONDITION(mutex, UPS_NEVER, ETIMEDOUT, pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &ups_wait.until),
            pthread_mutex_unlock, mutex_again);
}

WRAPPER int __upstare_pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                                             const struct timespec *restrict until) {
  CONDITION(mutex, *until, ETIMEDOUT, pthread_cond_timedwait(condition, mutex, &ups_wait.until), pthread_mutex_unlock,
            mutex_again);
}

WRAPPER int __upstare_pthread_cond_clockwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, clockid_t clock,
                                             const struct timespec *restrict until) {
  CONDITION(mutex, *until, ETIMEDOUT, pthread_cond_clockwait(condition, mutex, clock, &ups_wait.until), pthread_mutex_unlock,
            mutex_again);
}

WRAPPER int __upstare_cnd_wait(cnd_t *condition, mtx_t *mutex) {
  CONDITION(mutex, UPS_NEVER, thrd_timedout, cnd_timedwait(condition, mutex, &ups_wait.until), mtx_unlock, c11_mutex_again);
}

WRAPPER int __upstare_cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until) {
  CONDITION(mutex, *until, thrd_timedout, cnd_timedwait(condition, mutex, &ups_wait.until), mtx_unlock, c11_mutex_again);
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
