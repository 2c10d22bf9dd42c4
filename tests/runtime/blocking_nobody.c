/* blocking_nobody.c - a signal for the process wakes one thread, and another takes it: calls that the kernel does not begin again end with EINTR, though
 * no handler has run there.  The program has no handler, and must not see that. */
#include "hail.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sem.h>
#include <sys/wait.h>

#define ROUNDS 150

static int semaphore, event;
static _Atomic bool done;

/* Whoever changes its mask looks for signals that wait for the process. */
static void *take(void *nothing) {
  uint64_t other = UINT64_C(1) << (SIGUSR1 - 1);
  for (int how = SIG_BLOCK; !done; how = SIG_BLOCK + SIG_UNBLOCK - how)
    ups_sys(SYS_rt_sigprocmask, how, &other, 0, 8);
  return nothing;
}

static void *provide(void *nothing) {
  for (int i = 0; i < 2 * ROUNDS; i++) {
    usleep(2000);
    if (i % 2)
      semop(semaphore, &(struct sembuf){0, 1, 0}, 1);
    else
      (void)!write(event, &(uint64_t){1}, 8);
  }
  return nothing;
}

int main(int count, char **arguments) {
  struct epoll_event e = {.events = EPOLLIN};
  pthread_t taker, provider;
  uint64_t one;
  (void)count;
  if (!getenv("UPSTARE_DIR")) {
    setenv("UPSTARE_DIR", "/nonexistent/upstare", 1);
    execv("/proc/self/exe", arguments);
  }
  int poll = epoll_create1(0);
  semaphore = semget(IPC_PRIVATE, 1, 0600);
  event = eventfd(0, EFD_SEMAPHORE); /* one read takes one of what was provided, also where this is late */
  CHECK(semaphore >= 0 && epoll_ctl(poll, EPOLL_CTL_ADD, event, &e) == 0, "%s", strerror(errno));
  pthread_create(&taker, 0, take, 0);
  pthread_create(&provider, 0, provide, 0);
  pid_t hail = start_hail();
  for (int i = 0; i < ROUNDS; i++) {
    CHECK(__upstare_epoll_wait(poll, &e, 1, -1) == 1 && read(event, &one, 8) == 8, "%d: %s", i, strerror(errno));
    CHECK(__upstare_semop(semaphore, &(struct sembuf){0, -1, 0}, 1) == 0, "%d: %s", i, strerror(errno));
  }
  done = true;
  kill(hail, SIGKILL);
  waitpid(hail, 0, 0);
  pthread_join(taker, 0);
  pthread_join(provider, 0);
  semctl(semaphore, 0, IPC_RMID);
  return RESULT();
}
