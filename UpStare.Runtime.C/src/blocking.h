/* blocking.h - the blocking calls that an update can interrupt, and how they look to the rest. */
#ifndef UPS_BLOCKING_H
#define UPS_BLOCKING_H
#include "../include/upstare_abi.h"
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* THE list of wrapped calls: the compiler turns a call of NAME into one of __upstare_NAME. */
#define UPS_BLOCKING_CALLS(X)                                                                                \
  X(read) X(write) X(recv) X(recvfrom) X(recvmsg) X(send) X(sendto) X(accept) X(accept4) X(connect) X(poll)  \
  X(ppoll) X(select) X(pselect) X(epoll_wait) X(nanosleep) X(clock_nanosleep) X(usleep) X(sleep) X(wait)     \
  X(waitpid) X(pause) X(sigsuspend)
#define UPS_DECLARE(name) extern __typeof__(name) __upstare_##name;
UPS_BLOCKING_CALLS(UPS_DECLARE)
#undef UPS_DECLARE
void __upstare_update_point(void);
void __upstare_no_update_begin(void);
void __upstare_no_update_end(void);

/* What upstare_system_call returns when the update signal took the call back; the kernel never returns it. */
#define UPS_INTERRUPTED 513

enum ups_progress {
  UPS_ALL_OR_NOTHING, /* repeat the call as it is */
  UPS_WRITES,         /* buffer in arg 1, length in arg 2: go on behind what has been written */
  UPS_WAITS_FOR_ALL   /* the same for recv with MSG_WAITALL */
};
enum ups_timeout {
  UPS_NO_TIMEOUT,
  UPS_MILLISECONDS, /* in an argument */
  UPS_TIMESPEC      /* an argument points to ups_call.time */
};
enum ups_result {
  UPS_RESULT_ERRNO, /* -1 and errno */
  UPS_RESULT_CODE,  /* clock_nanosleep: the error's number */
  UPS_RESULT_SLEEP  /* sleep: the seconds left */
};

/* A blocking call under way: all that is needed to go on with it on another stack. */
struct ups_call {
  long number, arg[6];
  uintptr_t frame; /* frame address of the wrapper */
  enum ups_progress progress;
  enum ups_timeout timeout;
  enum ups_result result;
  uint32_t timeout_arg;
  size_t done;       /* bytes already transferred */
  int64_t deadline;  /* of the time-out, monotonic; -1: none */
  struct timespec time;
  bool has_mask, mask_in_pair;
  uint64_t mask;     /* a signal mask argument, without our signals */
  uint64_t pair[2];  /* pselect's sixth argument */
  struct timeval *left_timeval; /* where the time left is to be written */
  struct timespec *left_timespec;
};

/* The innermost "clone" of a program that was updated in a blocking call: goes on with the call. */
long ups_blocking_resume(void);
/* The update signal arrived with this program counter and result register: hides it from a blocking call.
 * `take_back`: interrupt a call that waits.  Returns whether they were changed. */
void ups_blocking_signal(uintptr_t *pc, long *result, bool take_back);
/* Is the program counter that of a parked call's trap? */
bool ups_blocking_is_park(uintptr_t pc);
#endif
