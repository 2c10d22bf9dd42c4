/* blocking.c - the wrapped calls under a hail of update signals, idle and with an update under way that never finds
 * its moment (every interrupted call parks, is refused, and goes on): nothing is lost, no time-out is late or early, and
 * only the program's own signals show as EINTR. */
#include "hail.h"
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <fcntl.h>

#define LARGE (4 << 20)

/* A child at the other end reads slowly and checks; we write all in one call. */
static void test_write(const char *state) {
  int p[2], status;
  uint8_t *bytes = malloc(LARGE);
  CHECK(pipe(p) == 0, "pipe");
  for (size_t i = 0; i < LARGE; i++)
    bytes[i] = pattern(i);
  pid_t reader = fork();
  if (reader == 0) {
    static uint8_t piece[30000];
    size_t got = 0;
    close(p[1]);
    for (ssize_t n; (n = read(p[0], piece, sizeof piece)) > 0; got += n) {
      for (ssize_t i = 0; i < n; i++)
        if (piece[i] != pattern(got + i))
          _exit(1);
      usleep(500);
    }
    _exit(got == LARGE ? 0 : 2);
  }
  close(p[0]);
  ssize_t n = __upstare_write(p[1], bytes, LARGE);
  CHECK(n == LARGE, "%s: wrote %zd: %s", state, n, strerror(errno));
  close(p[1]);
  CHECK(__upstare_waitpid(reader, &status, 0) == reader && status == 0, "%s: reader %x", state, status);
  free(bytes);
}

/* recv with MSG_WAITALL gets all, however it comes; at the end of the stream what there is. */
static void test_receive(const char *state) {
  int s[2];
  static uint8_t bytes[100000];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0, "socketpair");
  pid_t sender = fork();
  if (sender == 0) {
    for (size_t i = 0; i < 150000; i += 1000) {
      uint8_t piece[1000];
      for (size_t k = 0; k < 1000; k++)
        piece[k] = pattern(i + k);
      if (write(s[1], piece, 1000) != 1000)
        _exit(1);
      usleep(200);
    }
    _exit(0);
  }
  close(s[1]);
  ssize_t n = __upstare_recv(s[0], bytes, 100000, MSG_WAITALL);
  CHECK(n == 100000, "%s: received %zd", state, n);
  size_t i = 0;
  while (i < 100000 && bytes[i] == pattern(i))
    i++;
  CHECK(i == 100000, "%s: byte %zu is wrong", state, i);
  n = __upstare_recvfrom(s[0], bytes, 100000, MSG_WAITALL, 0, 0);
  CHECK(n == 50000, "%s: received %zd at the end", state, n);
  close(s[0]);
  __upstare_wait(0);
}

/* Time-outs end when they should. */
static void test_timeouts(const char *state) {
  int p[2];
  fd_set set;
  CHECK(pipe(p) == 0, "pipe");
  struct pollfd one = {.fd = p[0], .events = POLLIN};
  struct timespec t = {0, 120000000}, left = {9, 9};
  struct timeval v = {0, 120000};
  TIMED(__upstare_poll(&one, 1, 120), 0);
  TIMED(__upstare_ppoll(&one, 1, &t, 0), 0);
  FD_ZERO(&set);
  FD_SET(p[0], &set);
  TIMED(__upstare_select(p[0] + 1, &set, 0, 0, &v), 0);
  CHECK(v.tv_sec == 0 && v.tv_usec == 0, "%s: time left %ld.%06ld", state, (long)v.tv_sec, (long)v.tv_usec);
  FD_SET(p[0], &set);
  TIMED(__upstare_pselect(p[0] + 1, &set, 0, 0, &t, 0), 0);
  TIMED(__upstare_nanosleep(&t, &left), 0);
  TIMED(__upstare_clock_nanosleep(CLOCK_MONOTONIC, 0, &t, 0), 0);
  TIMED(__upstare_usleep(120000), 0);
  int e = epoll_create1(0);
  struct epoll_event event;
  TIMED(__upstare_epoll_wait(e, &event, 1, 120), 0);
  close(e);
  int64_t start = ups_now();
  CHECK(__upstare_sleep(1) == 0 && since(start) >= 999 && since(start) < 1400, "%s: slept %ld ms", state, since(start));
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec++;
  start = ups_now();
  CHECK(__upstare_clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0) == 0 && since(start) >= 998 && since(start) < 1400, "%s", state);
  close(p[0]);
  close(p[1]);
}

/* The program's own signal ends every call, after its own time and not before. */
static void test_interruptions(const char *state) {
  int p[2];
  char c;
  CHECK(pipe(p) == 0, "pipe");
  struct pollfd one = {.fd = p[0], .events = POLLIN};
  struct timespec t = {5, 0}, left = {0, 0};
  sigset_t none;
  sigemptyset(&none);
  ENDS(__upstare_read(p[0], &c, 1), -1);
  CHECK(errno == EINTR, "%s", strerror(errno));
  ENDS(__upstare_poll(&one, 1, -1), -1);
  ENDS(__upstare_poll(&one, 1, 5000), -1);
  ENDS(__upstare_pselect(0, 0, 0, 0, 0, &none), -1);
  ENDS(__upstare_pause(), -1);
  CHECK(errno == EINTR, "%s", strerror(errno));
  /* these let the signal in only while they wait: not one is missed */
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  sigprocmask(SIG_BLOCK, &alarm, 0);
  for (int i = 0; i < 3; i++) {
    int before = alarms;
    ENDS(__upstare_sigsuspend(&none), -1);
    ENDS(__upstare_pselect(0, 0, 0, 0, 0, &none), -1);
    ENDS(__upstare_ppoll(&one, 1, &t, &none), -1);
    CHECK(alarms == before + 3, "%s: %d alarms", state, alarms - before);
  }
  sigprocmask(SIG_UNBLOCK, &alarm, 0);
  ENDS(__upstare_nanosleep(&t, &left), -1);
  CHECK((left.tv_sec == 4 && left.tv_nsec > 500000000) || left.tv_sec == 3, "%s: left %ld.%09ld", state, (long)left.tv_sec, left.tv_nsec);
  ENDS(__upstare_clock_nanosleep(CLOCK_REALTIME, 0, &t, &left), EINTR);
  ENDS(__upstare_sleep(5), 4); /* what is left, without fractions, as libc has it */
  close(p[0]);
  close(p[1]);
}

/* Connections, and errors as libc reports them. */
static void test_sockets(const char *state) {
  int server = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  char c = 0;
  CHECK(bind(server, (void *)&address, length) == 0 && listen(server, 1) == 0 && getsockname(server, (void *)&address, &length) == 0, "listen");
  pid_t client = fork();
  if (client == 0) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    usleep(50000);
    _exit(connect(s, (void *)&address, sizeof address) == 0 && write(s, "x", 1) == 1 && read(s, &c, 1) == 0 ? 0 : 1);
  }
  int s = __upstare_accept(server, 0, 0);
  CHECK(s >= 0 && __upstare_read(s, &c, 1) == 1 && c == 'x', "%s: accept %d", state, s);
  close(s);
  int mine = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(__upstare_connect(mine, (void *)&address, sizeof address) == 0, "%s: connect: %s", state, strerror(errno));
  close(mine);
  close(server);
  int status;
  CHECK(__upstare_wait(&status) == client && status == 0, "%s: client %x", state, status);
  errno = 0;
  CHECK(__upstare_read(-1, &c, 1) == -1 && errno == EBADF, "%s: %s", state, strerror(errno));
  CHECK(__upstare_waitpid(client, 0, 0) == -1 && errno == ECHILD, "%s: %s", state, strerror(errno));
  CHECK(__upstare_usleep(0) == 0 && __upstare_poll(0, 0, 0) == 0, "%s", state);
  struct timespec wrong = {0, 1000000000};
  CHECK(__upstare_nanosleep(&wrong, 0) == -1 && errno == EINVAL, "%s: %s", state, strerror(errno));
  CHECK(__upstare_clock_nanosleep(CLOCK_MONOTONIC, 0, &wrong, 0) == EINVAL, "%s", state);
}

static void test_interruptible(const char *state) {
  test_write(state);
  test_receive(state);
  test_timeouts(state);
  test_interruptions(state);
}

int main(int count, char **arguments) {
  (void)count;
  return under_hail(arguments, test_interruptible, test_sockets);
}
