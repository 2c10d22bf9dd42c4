/* start.c - before the program's own constructors: the state, the arena, the update signal, the environment.
 *
 * A program pays this once; afterwards nothing of the runtime runs until a signal comes.  Every failure here
 * leaves a program that runs as without us and cannot be updated. */
#include "arena.h"
#include "away.h"
#include "blocking.h"
#include "executable.h"
#include "fork.h"
#include "report.h"
#include "state.h"
#include "torture.h"
#include "trap.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct ups_state *ups_state __attribute__((visibility("hidden")));
/* The poll flag of flag mode: the executable's sites test it. */
uint8_t __upstare_flag __attribute__((visibility("hidden")));

/* An environment variable, unless the process has more rights than its caller. */
static const char *environment(const char *name) { return ups_state->secure ? 0 : getenv(name); }

/* Complains about the environment. */
static void complain(const char *name, const char *what) {
  char buffer[256];
  struct ups_text t;
  ups_text_start(&t, buffer, sizeof buffer);
  ups_text_add(&t, "upstare: ");
  ups_text_add(&t, name);
  ups_text_add(&t, ": ");
  ups_text_add(&t, what);
  ups_text_add(&t, "\n");
  ups_text_print(&t);
}

/* Reads a decimal number; *end is behind it. */
static uint64_t number(const char *s, const char **end) {
  uint64_t value = 0;
  for (; *s >= '0' && *s <= '9'; s++)
    value = value * 10 + (*s - '0');
  *end = s;
  return value;
}

/* Where requests come from.  What is usual is written down by the first request, as memory that is not written to is none. */
static void choose_directory(void) {
  const char *given = environment("UPSTARE_DIR");
  struct ups_text t;
  if (!given || !*given)
    return;
  ups_text_start(&t, ups_state->directory, sizeof ups_state->directory);
  ups_text_add(&t, given);
}

/* Memory and facts. */
static bool make_state(void) {
  struct stat root;
  struct ups_state *s = (struct ups_state *)ups_thread_make(sizeof *s);
  if (!s)
    return false;
  ups_state = s;
  ups_this_thread = s->threads = &s->main;
  s->forked = ups_memory(4096);
  if (!s->forked)
    return false;
  *s->forked = 1;
  ups_sys(SYS_madvise, s->forked, 4096, MADV_WIPEONFORK);
  s->pid = (int)ups_sys(SYS_getpid);
  s->main.pointer = (uintptr_t)__builtin_thread_pointer();
  s->main.state = UPS_THREAD_RUNS;
  s->main.tid = (int)ups_sys(SYS_gettid);
  s->uid = (unsigned)ups_sys(SYS_getuid);
  s->secure = getauxval(AT_SECURE) != 0;
  if (ups_sys(SYS_stat, "/", &root) < 0)
    return false;
  s->root_device = root.st_dev;
  s->root_inode = root.st_ino;
  uintptr_t high;
  ups_executable_range(&s->executable.base, &high);
  s->executable.size = (uint32_t)(high - s->executable.base);
  s->executable.flag = &__upstare_flag;
  s->image = &s->executable;
  s->id_size = ups_executable_id(s->id, sizeof s->id);
  return true;
}

/* UPSTARE_SIGNAL, UPSTARE_VERBOSE, UPSTARE_PERF_MAP, UPSTARE_FAULT. */
static void read_options(void) {
  const char *value = environment("UPSTARE_SIGNAL"), *end;
  ups_state->signal = SIGRTMIN + 13;
  if (value && *value) {
    int chosen = (int)number(value, &end);
    if (*end || chosen < 1 || chosen > 64 || chosen == SIGTRAP || chosen == SIGKILL || chosen == SIGSTOP)
      complain("UPSTARE_SIGNAL", "not the number of a signal that can be used");
    else
      ups_state->signal = chosen;
  }
  value = environment("UPSTARE_VERBOSE");
  ups_state->verbose = value && *value && *value != '0';
  value = environment("UPSTARE_PERF_MAP");
  ups_state->perf_map = value && *value && *value != '0';
  value = environment("UPSTARE_FAULT");
  if (value && *value && !ups_fault_choose(value))
    complain("UPSTARE_FAULT", "no fault point has this name");
}

/* UPSTARE_APPLY_AT=N[+M[xK]]:PATCH and UPSTARE_ROLLBACK_EVERY=K:PATCH. */
static void read_tests(void) {
  const char *apply = environment("UPSTARE_APPLY_AT"), *torture = environment("UPSTARE_ROLLBACK_EVERY"), *end;
  uint64_t first, every = 0;
  if (apply && *apply) {
    first = number(apply, &end);
    if (*end == '+')
      every = number(end + 1, &end);
    bool counted = every && *end == 'x';
    if (counted)
      ups_state->times = number(end + 1, &end);
    if (*end != ':' || !first || (counted && !ups_state->times))
      complain("UPSTARE_APPLY_AT", "not N:PATCH, N+M:PATCH or N+MxK:PATCH");
    else {
      ups_update_at_start(end + 1, UPS_FOR_APPLY_AT, first, every);
      if (ups_state->verbose)
        atexit(ups_report_at_exit);
    }
  } else if (torture && *torture) {
    every = number(torture, &end);
    if (*end != ':' || !every || !ups_torture_start())
      complain("UPSTARE_ROLLBACK_EVERY", "not K:PATCH");
    else
      ups_update_at_start(end + 1, UPS_FOR_TORTURE, every, every);
  }
}

/* libc calls this instead of main (the linker's --wrap=main): the program's main runs above a base.  It may end by
 * pthread_exit, and the others go on. */
static void leave(void *thread) {
  if (thread)
    ups_thread_end(thread);
}
extern int __real_main(int, char **, char **);
__attribute__((visibility("default"))) int __wrap_main(int count, char **arguments, char **environment) {
  int result;
  pthread_cleanup_push(leave, ups_self());
  result = (int)ups_base((long (*)(long, long, long))(void (*)(void))__real_main, count, (long)arguments, (long)environment);
  pthread_cleanup_pop(0);
  return result;
}

/* The runtime's start. */
__attribute__((constructor(101))) static void start(void) {
  int kept = errno; /* also binds errno's function before a handler needs it */
  if (!make_state()) {
    ups_state = 0;
    ups_this_thread = 0;
    return;
  }
  choose_directory();
  read_options();
  if (ups_arena_reserve() && ups_signals_install()) {
    ups_away_watch();
    ups_fork_watch();
    read_tests();
  }
  errno = kept;
}
