/* wrap_threads.c - pthread_create and thrd_create as the program calls them (the linker's --wrap, so also through
 * pointers and from units that are not instrumented; in patches upstare-diff redirects the import).  The new thread
 * calls the start routine from a base, by which it can be unrolled and restored; all else is libc's. */
#include "wrap_threads.h"
#include "state.h"
#include <errno.h>

typedef int create_function(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
typedef int c11_create_function(thrd_t *, thrd_start_t, void *);
/* libc's own; weak, because a test of the runtime may be linked without --wrap. */
extern create_function __real_pthread_create __attribute__((weak, visibility("default")));
extern c11_create_function __real_thrd_create __attribute__((weak, visibility("default")));

/* Every thread of the program: place, base, start routine.  However it ends (return, pthread_exit, cancellation), the
 * place learns of it. */
UPS_HOT static long run(struct ups_thread *thread) {
  long result;
  ups_thread_begin(thread);
  pthread_cleanup_push(ups_thread_end, thread);
  result = ups_base((long (*)(long, long, long))(void (*)(void))thread->start, (long)thread->argument, 0, 0);
  pthread_cleanup_pop(1);
  return result;
}
static void *run_posix(void *thread) { return (void *)run(thread); }
static int run_c11(void *thread) { return (int)run(thread); }

/* The stack that the thread will have: its size without the guard. */
static size_t stack_size(const pthread_attr_t *attributes) {
  pthread_attr_t defaults;
  size_t size = 0, guard = 0;
  if (!attributes && pthread_getattr_default_np(&defaults) != 0)
    return 0;
  pthread_attr_getstacksize(attributes ? attributes : &defaults, &size);
  pthread_attr_getguardsize(attributes ? attributes : &defaults, &guard);
  if (!attributes)
    pthread_attr_destroy(&defaults);
  return size > guard ? size - guard : size;
}

/* A place with what the thread is to do. */
static struct ups_thread *prepare(const pthread_attr_t *attributes, void *start, void *argument) {
  if (!*ups_state->forked)
    ups_update_forget();
  struct ups_thread *thread = ups_thread_claim();
  if (!thread)
    return 0;
  ups_state->many = true;
  thread->start = start;
  thread->blocked = ups_self() ? ups_self()->blocked : 0;
  thread->argument = argument;
  thread->stack_size = stack_size(attributes);
  return thread;
}

UPS_HOT int __upstare_pthread_create(pthread_t *handle, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
  if (!ups_state)
    return __real_pthread_create(handle, attributes, start, argument);
  struct ups_thread *thread = prepare(attributes, (void *)start, argument);
  int error = thread ? __real_pthread_create(handle, attributes, run_posix, thread) : EAGAIN;
  if (thread && error)
    thread->state = UPS_THREAD_FREE;
  return error;
}

UPS_HOT int __upstare_thrd_create(thrd_t *handle, thrd_start_t start, void *argument) {
  if (!ups_state)
    return __real_thrd_create(handle, start, argument);
  struct ups_thread *thread = prepare(0, (void *)start, argument);
  int result = thread ? __real_thrd_create(handle, run_c11, thread) : thrd_nomem;
  if (thread && result != thrd_success)
    thread->state = UPS_THREAD_FREE;
  return result;
}

/* What --wrap makes of the program's calls. */
UPS_HOT __attribute__((visibility("default"), alias("__upstare_pthread_create"))) create_function __wrap_pthread_create;
UPS_HOT __attribute__((visibility("default"), alias("__upstare_thrd_create"))) c11_create_function __wrap_thrd_create;
