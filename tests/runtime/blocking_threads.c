/* blocking_threads.c - locks, condition variables, semaphores and joins under a hail of update signals: each keeps what it
 * promises, nobody's wake-up is lost, time-outs end when they should, and who waits can be taken back. */
#include "hail.h"
#include <sched.h>

#define THREADS 4
#define ROUNDS 2000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static mtx_t c11_mutex;
static volatile long counter;

static void add(int way) {
  way == 0 ? __upstare_pthread_mutex_lock(&mutex) : way == 1 ? __upstare_pthread_rwlock_wrlock(&rwlock) : __upstare_mtx_lock(&c11_mutex);
  long before = counter;
  if (before % 16 == 0)
    sched_yield();
  counter = before + 1;
  way == 0 ? pthread_mutex_unlock(&mutex) : way == 1 ? pthread_rwlock_unlock(&rwlock) : mtx_unlock(&c11_mutex);
}

static void *add_often(void *way) {
  for (int i = 0; i < ROUNDS; i++)
    add((int)(long)way);
  return way;
}

/* Nobody is in the middle of what another does. */
static void test_exclusion(const char *state) {
  for (long way = 0; way < 3; way++) {
    pthread_t threads[THREADS];
    void *value = 0;
    counter = 0;
    for (int i = 0; i < THREADS; i++)
      pthread_create(&threads[i], 0, add_often, (void *)way);
    add_often((void *)way);
    for (int i = 0; i < THREADS; i++)
      CHECK(__upstare_pthread_join(threads[i], &value) == 0 && value == (void *)way, "%s", state);
    CHECK(counter == (THREADS + 1) * ROUNDS, "%s: way %ld counted %ld", state, way, counter);
  }
}

/* A queue of one place between two threads: every item passes, with no time-out to help. */
static pthread_cond_t full = PTHREAD_COND_INITIALIZER, empty = PTHREAD_COND_INITIALIZER;
static long place, sum;

static void *consume(void *unused) {
  for (int i = 0; i < ROUNDS; i++) {
    __upstare_pthread_mutex_lock(&mutex);
    while (!place)
      __upstare_pthread_cond_wait(&full, &mutex);
    sum += place;
    place = 0;
    pthread_cond_signal(&empty);
    pthread_mutex_unlock(&mutex);
  }
  return unused;
}

static void test_conditions(const char *state) {
  pthread_t thread;
  sum = 0;
  pthread_create(&thread, 0, consume, 0);
  for (long i = 1; i <= ROUNDS; i++) {
    __upstare_pthread_mutex_lock(&mutex);
    while (place)
      __upstare_pthread_cond_wait(&empty, &mutex);
    place = i;
    pthread_cond_signal(&full);
    pthread_mutex_unlock(&mutex);
  }
  CHECK(__upstare_pthread_join(thread, 0) == 0 && sum == (long)ROUNDS * (ROUNDS + 1) / 2, "%s: sum %ld", state, sum);
}

static sem_t semaphore;
static void *post(void *count) {
  for (long i = 0; i < (long)count; i++) {
    __upstare_usleep(500);
    sem_post(&semaphore);
  }
  return 0;
}

static void test_semaphores(const char *state) {
  pthread_t thread;
  sem_init(&semaphore, 0, 0);
  pthread_create(&thread, 0, post, (void *)100L);
  for (int i = 0; i < 100; i++)
    CHECK(__upstare_sem_wait(&semaphore) == 0, "%s: %s", state, strerror(errno));
  __upstare_pthread_join(thread, 0);
  int value;
  CHECK(sem_getvalue(&semaphore, &value) == 0 && value == 0, "%s: %d", state, value);
  /* who waits longest is not starved: its own signal ends the wait, and only that */
  ENDS(__upstare_sem_wait(&semaphore), -1);
  CHECK(errno == EINTR, "%s: %s", state, strerror(errno));
}

static struct timespec in(clockid_t clock, long ms) {
  struct timespec t;
  clock_gettime(clock, &t);
  t.tv_nsec += ms * 1000000;
  t.tv_sec += t.tv_nsec / 1000000000;
  t.tv_nsec %= 1000000000;
  return t;
}

static void *sleep_long(void *unused) {
  __upstare_usleep(400000);
  return unused;
}

/* Somebody else has it, and time runs out. */
static void *hold_all(void *unused) {
  pthread_mutex_lock(&mutex);
  pthread_rwlock_wrlock(&rwlock);
  mtx_lock(&c11_mutex);
  counter = 1;
  while (counter)
    __upstare_usleep(1000);
  mtx_unlock(&c11_mutex);
  pthread_rwlock_unlock(&rwlock);
  pthread_mutex_unlock(&mutex);
  return unused;
}

static void test_timeouts(const char *state) {
  pthread_t thread, sleeper;
  struct timespec t;
  counter = 0;
  pthread_create(&thread, 0, hold_all, 0);
  while (!counter)
    __upstare_usleep(1000);
  t = in(CLOCK_REALTIME, 120);
  TIMED(__upstare_pthread_mutex_timedlock(&mutex, &t), ETIMEDOUT);
  t = in(CLOCK_MONOTONIC, 120);
  TIMED(__upstare_pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &t), ETIMEDOUT);
  t = in(CLOCK_REALTIME, 120);
  TIMED(__upstare_pthread_rwlock_timedrdlock(&rwlock, &t), ETIMEDOUT);
  t = in(CLOCK_MONOTONIC, 120);
  TIMED(__upstare_pthread_rwlock_clockwrlock(&rwlock, CLOCK_MONOTONIC, &t), ETIMEDOUT);
  t = in(CLOCK_REALTIME, 120);
  TIMED(__upstare_mtx_timedlock(&c11_mutex, &t), thrd_timedout);
  t = in(CLOCK_REALTIME, 120);
  TIMED(__upstare_sem_timedwait(&semaphore, &t), -1);
  CHECK(errno == ETIMEDOUT, "%s: %s", state, strerror(errno));
  ENDS(__upstare_sem_clockwait(&semaphore, CLOCK_MONOTONIC, (t = in(CLOCK_MONOTONIC, 3000), &t)), -1);
  pthread_create(&sleeper, 0, sleep_long, 0);
  t = in(CLOCK_REALTIME, 120);
  TIMED(__upstare_pthread_timedjoin_np(sleeper, 0, &t), ETIMEDOUT);
  CHECK(__upstare_pthread_join(sleeper, 0) == 0, "%s", state);
  counter = 0;
  CHECK(__upstare_pthread_mutex_lock(&mutex) == 0, "%s", state);
  pthread_mutex_unlock(&mutex);
  __upstare_pthread_join(thread, 0);
}

/* The kinds of mutexes keep their meaning. */
static void test_kinds(const char *state) {
  static const struct { int type, again; } kinds[] = {{PTHREAD_MUTEX_RECURSIVE, 0}, {PTHREAD_MUTEX_ERRORCHECK, EDEADLK}};
  for (int i = 0; i < 4; i++) {
    pthread_mutexattr_t a;
    pthread_mutex_t m;
    pthread_mutexattr_init(&a);
    pthread_mutexattr_settype(&a, kinds[i % 2].type);
    pthread_mutexattr_setprotocol(&a, i < 2 ? PTHREAD_PRIO_NONE : PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&m, &a);
    CHECK(__upstare_pthread_mutex_lock(&m) == 0, "%s", state);
    int again = __upstare_pthread_mutex_lock(&m);
    CHECK(again == kinds[i % 2].again, "%s: kind %d: %s", state, i, strerror(again));
    if (!again)
      pthread_mutex_unlock(&m);
    CHECK(pthread_mutex_unlock(&m) == 0 && pthread_mutex_destroy(&m) == 0, "%s", state);
  }
}

/* Its owner has died. */
static pthread_mutex_t robust;
static volatile int has_robust;
static void *die_with_it(void *unused) {
  __upstare_pthread_mutex_lock(&robust);
  has_robust = 1;
  __upstare_usleep(30000);
  return unused;
}
static void test_robust(const char *state) {
  pthread_t thread;
  pthread_mutexattr_t a;
  pthread_mutexattr_init(&a);
  pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&robust, &a);
  has_robust = 0;
  pthread_create(&thread, 0, die_with_it, 0);
  while (!has_robust)
    __upstare_usleep(1000);
  int result = __upstare_pthread_mutex_lock(&robust);
  CHECK(result == EOWNERDEAD, "%s: %s", state, strerror(result));
  pthread_mutex_consistent(&robust);
  pthread_mutex_unlock(&robust);
  __upstare_pthread_join(thread, 0);
}

/* A thread that is cancelled while it waits: wrapped calls are cancellation points (rule B4). */
static volatile int cleaned;
static void clean(void *unused) {
  (void)unused;
  cleaned++;
}
static void unlock(void *m) { pthread_mutex_unlock(m); }
static int never[2];
static void *wait_in(void *which) {
  char c[4];
  FILE *f;
  pthread_cleanup_push(clean, 0);
  switch ((long)which) {
  case 0: __upstare_read(never[0], c, 1); break;
  case 1: __upstare_pause(); break;
  case 2: __upstare_sem_wait(&semaphore); break;
  case 3: __upstare_poll(0, 0, -1); break;
  case 4: __upstare_fgets(c, 4, f = fdopen(never[0], "r")); break;
  case 5:
    __upstare_pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlock, &mutex);
    for (;;)
      __upstare_pthread_cond_wait(&full, &mutex);
    pthread_cleanup_pop(0);
    break;
  }
  pthread_cleanup_pop(0);
  return 0;
}
static void test_cancellation(const char *state) {
  CHECK(pipe(never) == 0, "pipe");
  for (long i = 0; i < 6; i++) {
    pthread_t thread;
    void *value = 0;
    cleaned = 0;
    pthread_create(&thread, 0, wait_in, (void *)i);
    __upstare_usleep(20000);
    pthread_cancel(thread);
    struct timespec t = in(CLOCK_REALTIME, 3000);
    int error = __upstare_pthread_timedjoin_np(thread, &value, &t);
    CHECK(error == 0 && value == PTHREAD_CANCELED && cleaned == 1, "%s: call %ld is not cancelled: %s, %d", state, i, strerror(error), cleaned);
  }
}

static void test_all(const char *state) {
  uint32_t before = parked();
  test_exclusion(state);
  test_conditions(state);
  test_semaphores(state);
  test_timeouts(state);
  test_kinds(state);
  test_robust(state);
  CHECK(parked() > before + 10 || *state == 'i', "%s: parked %u times", state, parked() - before);
  test_cancellation(state);
}

int main(int count, char **arguments) {
  (void)count;
  mtx_init(&c11_mutex, mtx_timed);
  return under_hail(arguments, test_all, 0);
}
