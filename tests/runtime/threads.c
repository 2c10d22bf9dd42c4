/* threads.c - places of threads: claimed, given back when the thread has gone, and found again; the lock; the mask of a new
 * thread; a thread that is born while an update is being made waits at its base. */
#include "check.h"
#include "state.h"
#include "wrap_signals.h"
#include "wrap_threads.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 20000
#define THREADS 8

static unsigned long counter;
static _Atomic bool born;

static unsigned places(enum ups_thread_state state) {
  unsigned n = 0;
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    n += t->state == state;
  return n;
}

/* The lock excludes, whatever signals come. */
static void *count_up(void *argument) {
  for (int i = 0; i < ROUNDS; i++) {
    uint64_t mask = ups_signals_block();
    ups_lock();
    counter++;
    ups_unlock();
    ups_signals_restore(mask);
  }
  return argument;
}

static void test_lock(void) {
  pthread_t threads[THREADS];
  for (long i = 0; i < THREADS; i++)
    CHECK(pthread_create(&threads[i], 0, count_up, (void *)i) == 0, "create");
  for (long i = 0; i < THREADS; i++) {
    void *value;
    CHECK(pthread_join(threads[i], &value) == 0 && value == (void *)i, "join");
  }
  CHECK(counter == (unsigned long)THREADS * ROUNDS, "%lu", counter);
}

/* Each thread has a base, a number and a thread pointer of its own. */
static void *look(void *argument) {
  struct ups_thread *self = ups_self();
  sigset_t now;
  CHECK(self && self->tid == gettid() && self->pointer == (uintptr_t)__builtin_thread_pointer(), "the thread's own place");
  CHECK(self->state == UPS_THREAD_RUNS && self->base_top > (uintptr_t)&self, "its base");
  pthread_sigmask(SIG_BLOCK, 0, &now);
  CHECK(!sigismember(&now, SIGTRAP) && !sigismember(&now, ups_state->signal) && sigismember(&now, SIGUSR1), "its mask");
  __upstare_pthread_sigmask(SIG_BLOCK, 0, &now);
  CHECK(sigismember(&now, SIGTRAP) && sigismember(&now, ups_state->signal), "the mask that it believes to have");
  born = true;
  return argument;
}

/* Places are used again, so their number is that of the threads that were there at one time. */
static void test_places(void) {
  sigset_t all, old;
  sigfillset(&all);
  unsigned before = 0, after = 0;
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    before++;
  pthread_sigmask(SIG_SETMASK, &all, &old); /* inherited, in spite of us */
  for (int i = 0; i < 200; i++) {
    pthread_t thread;
    CHECK(pthread_create(&thread, 0, look, 0) == 0 && pthread_join(thread, 0) == 0, "thread %d", i);
  }
  pthread_sigmask(SIG_SETMASK, &old, 0);
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    after++;
  CHECK(after <= before + 2, "%u places, then %u", before, after);
  CHECK(places(UPS_THREAD_RUNS) == 1 && places(UPS_THREAD_BORN) == 0, "%u run", places(UPS_THREAD_RUNS));
}

static void test_failure(void) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  CHECK(pthread_attr_setstacksize(&attributes, (size_t)1 << 46) == 0, "size");
  int error = pthread_create(&thread, &attributes, look, 0);
  CHECK(error == EAGAIN, "%s", strerror(error));
  CHECK(places(UPS_THREAD_BORN) == 0, "the place is free again");
}

static void test_birth(void) {
  pthread_t thread;
  born = false;
  ups_state->phase = UPS_UNROLLING;
  sigset_t usr;
  sigemptyset(&usr);
  sigaddset(&usr, SIGUSR1);
  sigaddset(&usr, SIGTRAP);
  sigaddset(&usr, ups_state->signal);
  pthread_sigmask(SIG_BLOCK, &usr, 0);
  CHECK(pthread_create(&thread, 0, look, 0) == 0, "create");
  usleep(50000);
  CHECK(!born && places(UPS_THREAD_WAITS) == 1, "it does not wait");
  ups_state->phase = UPS_IDLE;
  ups_state->turn++;
  ups_wake_all(&ups_state->turn);
  CHECK(pthread_join(thread, 0) == 0 && born, "it did not go on");
  pthread_sigmask(SIG_UNBLOCK, &usr, 0);
}

int main(void) {
  test_lock();
  test_places();
  test_failure();
  test_birth();
  return RESULT();
}
