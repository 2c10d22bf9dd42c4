/* blocking_waits.c - waiting for semaphores, queues, locks on files, signals and children under a hail of update signals; and
 * whom a handler of the program's ends, with SA_RESTART and without. */
#include "hail.h"
#include <linux/futex.h>
#include <sys/syscall.h>

/* A child that does something in a while. */
#define LATER(what)                                                                                          \
  do {                                                                                                       \
    if (fork() == 0) {                                                                                       \
      usleep(80000);                                                                                         \
      what;                                                                                                  \
      _exit(0);                                                                                              \
    }                                                                                                        \
  } while (0)
#define REAP() CHECK(__upstare_wait(0) > 0, "%s: no child", state)

static void test_semaphores(const char *state) {
  int id = semget(IPC_PRIVATE, 1, 0600);
  struct sembuf down = {0, -1, 0}, up = {0, 1, 0};
  struct timespec t = {0, 120000000};
  LATER(semop(id, &up, 1));
  CHECK(__upstare_semop(id, &down, 1) == 0, "%s: %s", state, strerror(errno));
  REAP();
  TIMED(__upstare_semtimedop(id, &down, 1, &t), -1);
  CHECK(errno == EAGAIN, "%s: %s", state, strerror(errno));
  ENDS(__upstare_semop(id, &down, 1), -1);
  CHECK(errno == EINTR, "%s: %s", state, strerror(errno));
  semctl(id, 0, IPC_RMID);
}

static void test_messages(const char *state) {
  struct { long type; char text[8]; } m = {3, "message"}, got = {0};
  int id = msgget(IPC_PRIVATE, 0600);
  LATER(msgsnd(id, &m, 8, 0));
  CHECK(__upstare_msgrcv(id, &got, 8, 0, 0) == 8 && got.type == 3 && strcmp(got.text, "message") == 0, "%s: %s", state, strerror(errno));
  REAP();
  struct msqid_ds q;
  CHECK(msgctl(id, IPC_STAT, &q) == 0, "stat");
  q.msg_qbytes = 8;
  CHECK(msgctl(id, IPC_SET, &q) == 0 && __upstare_msgsnd(id, &m, 8, 0) == 0, "%s: %s", state, strerror(errno));
  LATER(msgrcv(id, &got, 8, 0, 0));
  CHECK(__upstare_msgsnd(id, &m, 8, 0) == 0, "%s: %s", state, strerror(errno));
  REAP();
  msgctl(id, IPC_RMID, 0);
}

static void test_queues(const char *state) {
  char name[40], text[8];
  unsigned priority = 0;
  snprintf(name, sizeof name, "/upstare-%d", getpid());
  mqd_t q = mq_open(name, O_RDWR | O_CREAT, 0600, &(struct mq_attr){.mq_maxmsg = 1, .mq_msgsize = 8});
  if (q == (mqd_t)-1)
    return; /* not in this kernel */
  mq_unlink(name);
  LATER(mq_send(q, "one", 4, 7));
  CHECK(__upstare_mq_receive(q, text, 8, &priority) == 4 && priority == 7, "%s: %s", state, strerror(errno));
  REAP();
  CHECK(__upstare_mq_send(q, "two", 4, 1) == 0, "%s: %s", state, strerror(errno));
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 120000000;
  until.tv_sec += until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  TIMED(__upstare_mq_timedsend(q, "three", 6, 1, &until), -1);
  CHECK(errno == ETIMEDOUT, "%s: %s", state, strerror(errno));
  mq_close(q);
}

static void test_files(const char *state) {
  char name[] = "/tmp/upstare-lock-XXXXXX";
  int mine = mkstemp(name), theirs = open(name, O_RDWR);
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET}, free = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
  CHECK(flock(theirs, LOCK_EX) == 0, "flock");
  int64_t start = ups_now(); /* before the other process is made: it may get a processor first */
  LATER(flock(theirs, LOCK_UN));
  CHECK(__upstare_flock(mine, LOCK_EX) == 0 && since(start) >= 79, "%s: flock after %ld ms", state, since(start));
  REAP();
  for (int i = 0; i < 3; i++) {
    int p[2];
    char c;
    CHECK(pipe(p) == 0, "pipe");
    LATER(fcntl(mine, F_SETLK, &lock); (void)!write(p[1], "x", 1); usleep(100000)); /* its end gives the lock back */
    (void)!read(p[0], &c, 1);
    start = ups_now();
    int result = i == 0   ? __upstare_fcntl(theirs, F_SETLKW, &lock)
                 : i == 1 ? __upstare_fcntl(theirs, F_OFD_SETLKW, &lock)
                          : __upstare_lockf(theirs, F_LOCK, 0);
    CHECK(result == 0 && since(start) >= 50, "%s: %d: %d after %ld ms: %s", state, i, result, since(start), strerror(errno));
    fcntl(theirs, i == 1 ? F_OFD_SETLK : F_SETLK, &free);
    REAP();
    close(p[0]);
    close(p[1]);
  }
  CHECK(__upstare_fcntl(mine, F_GETFD) == 0 && __upstare_lockf(mine, F_TEST, 0) == 0, "%s: %s", state, strerror(errno));
  close(mine);
  close(theirs);
  unlink(name);
}

static void test_futex(const char *state) {
  static int word = 1;
  struct timespec t = {0, 120000000};
  TIMED(__upstare_syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 1, &t, 0, 0), -1);
  CHECK(errno == ETIMEDOUT, "%s: %s", state, strerror(errno));
  CHECK(__upstare_syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 2, 0, 0, 0) == -1 && errno == EAGAIN, "%s: %s", state, strerror(errno));
  CHECK(__upstare_syscall(SYS_getpid) == getpid(), "%s", state);
}

static void test_signals(const char *state) {
  sigset_t set, old;
  int signal = 0;
  siginfo_t info;
  struct timespec t = {0, 120000000};
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, &old);
  sigaddset(&set, SIGTRAP); /* neither of ours is ever waited for */
  sigaddset(&set, ups_state->signal);
  pid_t self = getpid();
  LATER(kill(self, SIGUSR1));
  CHECK(__upstare_sigwait(&set, &signal) == 0 && signal == SIGUSR1, "%s: signal %d", state, signal);
  REAP();
  LATER(kill(self, SIGUSR1));
  CHECK(__upstare_sigwaitinfo(&set, &info) == SIGUSR1 && info.si_code == SI_USER, "%s: %s", state, strerror(errno));
  REAP();
  TIMED(__upstare_sigtimedwait(&set, &info, &t), -1);
  CHECK(errno == EAGAIN, "%s: %s", state, strerror(errno));
  ENDS(__upstare_sigwaitinfo(&set, 0), -1);
  sigprocmask(SIG_SETMASK, &old, 0);
}

static void test_children(const char *state) {
  siginfo_t info = {0};
  struct rusage usage;
  int status = 0;
  LATER(_exit(5));
  CHECK(__upstare_waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0 && info.si_status == 5, "%s: %s", state, strerror(errno));
  CHECK(__upstare_wait4(info.si_pid, &status, 0, &usage) == info.si_pid && WEXITSTATUS(status) == 5, "%s: %x", state, status);
  LATER(_exit(6));
  CHECK(__upstare_wait3(&status, 0, 0) > 0 && WEXITSTATUS(status) == 6, "%s: %x", state, status);
}

/* With SA_RESTART the kernel begins some calls again, and others never. */
static void test_restart(const char *state) {
  int p[2];
  char c = 0;
  struct timespec second = {1, 0};
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm, .sa_flags = SA_RESTART}, 0);
  CHECK(pipe(p) == 0, "pipe");
  struct pollfd one = {.fd = p[0], .events = POLLIN};
  int id = semget(IPC_PRIVATE, 1, 0600);
  struct sembuf down = {0, -1, 0};
  ENDS(__upstare_poll(&one, 1, 1000), -1);
  ENDS(__upstare_nanosleep(&second, 0), -1);
  ENDS(__upstare_pause(), -1);
  ENDS(__upstare_semop(id, &down, 1), -1);
  semctl(id, 0, IPC_RMID);
  int before = alarms;
  LATER((void)!write(p[1], "x", 1));
  alarm_in(20);
  CHECK(__upstare_read(p[0], &c, 1) == 1 && c == 'x' && alarms > before, "%s: %s, %d alarms", state, strerror(errno), alarms - before);
  before = alarms;
  CHECK(__upstare_wait(0) > 0, "%s: %s", state, strerror(errno));
  LATER(_exit(0));
  CHECK(__upstare_wait(0) > 0 && alarms > before, "%s: %s, %d alarms", state, strerror(errno), alarms - before);
  alarm_in(0);
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, 0);
  close(p[0]);
  close(p[1]);
}

static void test_all(const char *state) {
  test_semaphores(state);
  test_messages(state);
  test_queues(state);
  test_files(state);
  test_futex(state);
  test_signals(state);
  test_children(state);
  test_restart(state);
}

int main(int count, char **arguments) {
  (void)count;
  return under_hail(arguments, test_all, 0);
}
