/* hail.h - wrapped calls under a hail of update signals, idle and with an update under way that never finds its moment:
 * every interrupted call parks, is refused, and goes on. */
#ifndef HAIL_H
#define HAIL_H
#include "blocking_call.h"
#include "check.h"
#include "state.h"
#include "trap.h"
#include "wrap_signals.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static volatile sig_atomic_t alarms;
static inline void on_alarm(int signal) {
  (void)signal;
  alarms++;
}

/* An alarm of the program's own in so many milliseconds, repeated: as without us, one that comes just before the
 * kernel waits ends nothing. */
static inline void alarm_in(int ms) {
  setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, ms * 1000}, .it_interval = {0, ms * 1000}}, 0);
}

/* Milliseconds since a moment. */
static inline long since(int64_t start) { return (long)((ups_now() - start) / 1000000); }

/* A child that sends the update signal to us every 300 us until it is killed. */
static inline pid_t start_hail(void) {
  pid_t parent = getpid(), child = fork();
  while (child == 0) {
    if (kill(parent, ups_state->signal) < 0)
      _exit(0);
    usleep(300);
  }
  return child;
}

static inline uint8_t pattern(size_t i) { return (uint8_t)(i * 31 + (i >> 9)); }

/* The call has this result after 120 ms. */
#define TIMED(call, wanted)                                                                                  \
  do {                                                                                                       \
    int64_t start = ups_now();                                                                               \
    long result = (long)(call);                                                                              \
    long took = since(start);                                                                                \
    CHECK(result == wanted && took >= 119 && took < 1500, "%s: result %ld after %ld ms: %s", state, result, took, strerror(errno)); \
  } while (0)

/* The call ends with this result when the program's own alarm comes, after 100 ms. */
#define ENDS(call, wanted)                                                                                   \
  do {                                                                                                       \
    int before = alarms;                                                                                     \
    int64_t start = ups_now();                                                                               \
    alarm_in(100);                                                                                           \
    errno = 0;                                                                                               \
    long result = (long)(call);                                                                              \
    int kept = errno;                                                                                        \
    alarm_in(0);                                                                                             \
    CHECK(result == wanted && alarms > before && since(start) >= 99 && since(start) < 1500,                  \
          "%s: result %ld after %ld ms, %d alarms: %s", state, result, since(start), alarms - before, strerror(kept)); \
    errno = kept;                                                                                            \
  } while (0)

/* How often calls of this thread have parked so far. */
static inline uint32_t parked(void) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < ups_self()->reason_count; i++)
    sum += ups_self()->reasons[i].count;
  return sum;
}

/* Runs the tests in both states; those of `quiet` without the hail. */
static inline int under_hail(char **arguments, void (*tests)(const char *), void (*quiet)(const char *)) {
  if (!getenv("UPSTARE_DIR")) { /* requests must not find a directory: they are refused, which is what is wanted */
    setenv("UPSTARE_DIR", "/nonexistent/upstare", 1);
    execv("/proc/self/exe", arguments);
  }
  __upstare_sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, 0);
  for (int armed = 0; armed < 2; armed++) {
    if (armed) {
      ups_state->deadline = INT64_MAX;
      ups_state->purpose = UPS_FOR_REQUEST;
      ups_trap_install();
      ups_state->image->armed = true;
      ups_state->phase = UPS_ARMED;
    }
    pid_t hail = start_hail();
    tests(armed ? "armed" : "idle");
    kill(hail, SIGKILL);
    waitpid(hail, 0, 0);
    if (quiet)
      quiet(armed ? "armed" : "idle");
  }
  CHECK(ups_self()->reason_count && ups_self()->reasons[0].count > 0, "no call was taken back");
  return RESULT();
}
#endif
