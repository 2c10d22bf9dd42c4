/* blocking_transfers.c - transfers of vectors, messages and files under a hail of update signals: no byte is lost or
 * repeated, wherever a part of them was cut short; the time-outs that a socket has of its own go on. */
#include "hail.h"
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define PARTS 37
#define TOTAL (2 << 20)

static uint8_t *bytes;
static struct iovec parts[PARTS];

/* Uneven parts of a pattern, some of them empty. */
static void make_parts(void) {
  size_t at = 0;
  bytes = malloc(TOTAL);
  for (size_t i = 0; i < TOTAL; i++)
    bytes[i] = pattern(i);
  for (int i = 0; i < PARTS; i++) {
    size_t n = i % 5 == 3 ? 0 : i == PARTS - 1 ? TOTAL - at : (size_t)i * 3001 + 7;
    parts[i] = (struct iovec){bytes + at, n};
    at += n;
  }
}

/* A child that reads slowly and checks. */
static pid_t slow_reader(int from, int other) {
  pid_t reader = fork();
  if (reader == 0) {
    static uint8_t piece[20011];
    size_t got = 0;
    close(other);
    for (ssize_t n; (n = read(from, piece, sizeof piece)) > 0; got += n) {
      for (ssize_t i = 0; i < n; i++)
        if (piece[i] != pattern(got + i))
          _exit(1);
      usleep(300);
    }
    _exit(got == TOTAL ? 0 : 2);
  }
  close(from);
  return reader;
}

/* A child that sends in small pieces. */
static pid_t slow_writer(int to, int other, size_t total) {
  pid_t writer = fork();
  if (writer == 0) {
    uint8_t piece[1009];
    close(other);
    for (size_t at = 0; at < total;) {
      size_t n = total - at < sizeof piece ? total - at : sizeof piece;
      for (size_t k = 0; k < n; k++)
        piece[k] = pattern(at + k);
      if (write(to, piece, n) != (ssize_t)n)
        _exit(1);
      at += n;
      usleep(100);
    }
    _exit(0);
  }
  close(to);
  return writer;
}

enum sort { VECTOR, MESSAGE, MESSAGES, FROM_FILE };

/* All in one call, to a slow reader. */
static void test_sending(const char *state, enum sort sort) {
  int p[2], status = -1;
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, p) == 0, "socketpair");
  int file = memfd_create("bytes", 0);
  CHECK(sort != FROM_FILE || write(file, bytes, TOTAL) == TOTAL, "file");
  pid_t reader = slow_reader(p[0], p[1]);
  struct msghdr all = {.msg_iov = parts, .msg_iovlen = PARTS};
  struct mmsghdr many[3] = {{.msg_hdr = {.msg_iov = parts, .msg_iovlen = 20}},
                            {.msg_hdr = {.msg_iov = parts + 20, .msg_iovlen = 16}},
                            {.msg_hdr = {.msg_iov = parts + 36, .msg_iovlen = 1}}};
  off_t offset = 0;
  ssize_t n = sort == VECTOR    ? __upstare_writev(p[1], parts, PARTS)
              : sort == MESSAGE ? __upstare_sendmsg(p[1], &all, 0)
              : sort == MESSAGES ? __upstare_sendmmsg(p[1], many, 3, 0)
                                 : __upstare_sendfile(p[1], file, &offset, TOTAL);
  CHECK(n == (sort == MESSAGES ? 3 : TOTAL), "%s %d: %zd: %s", state, sort, n, strerror(errno));
  if (sort == MESSAGES)
    CHECK(many[0].msg_len + many[1].msg_len + many[2].msg_len == TOTAL, "%s: %u %u %u", state, many[0].msg_len, many[1].msg_len,
          many[2].msg_len);
  if (sort == FROM_FILE)
    CHECK(offset == TOTAL, "%s: %ld", state, (long)offset);
  close(p[1]);
  close(file);
  CHECK(__upstare_waitpid(reader, &status, 0) == reader && status == 0, "%s %d: reader %x", state, sort, status);
}

/* recvmsg with MSG_WAITALL into a vector; the rest comes short at the end. */
static void test_receiving(const char *state) {
  int p[2], status = -1;
  static uint8_t got[3][50000];
  struct iovec into[3] = {{got[0], 17}, {got[1], 50000}, {got[2], 30000}};
  char control[100];
  struct msghdr m = {.msg_iov = into, .msg_iovlen = 3, .msg_control = control, .msg_controllen = sizeof control};
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, p) == 0, "socketpair");
  pid_t writer = slow_writer(p[1], p[0], 100017);
  ssize_t n = __upstare_recvmsg(p[0], &m, MSG_WAITALL);
  CHECK(n == 80017, "%s: %zd: %s", state, n, strerror(errno));
  for (size_t i = 0; i < 80017; i++) {
    uint8_t b = i < 17 ? got[0][i] : i < 50017 ? got[1][i - 17] : got[2][i - 50017];
    if (b != pattern(i)) {
      CHECK(false, "%s: byte %zu", state, i);
      break;
    }
  }
  n = __upstare_recvmsg(p[0], &m, MSG_WAITALL);
  CHECK(n == 20000, "%s: %zd at the end", state, n);
  close(p[0]);
  CHECK(__upstare_waitpid(writer, &status, 0) == writer && status == 0, "%s: writer %x", state, status);
}

/* Several datagrams, which come slowly. */
static void test_datagrams(const char *state) {
  int p[2];
  char text[20][4];
  struct iovec into[20];
  struct mmsghdr m[20] = {0};
  CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, p) == 0, "socketpair");
  for (int i = 0; i < 20; i++) {
    into[i] = (struct iovec){text[i], 4};
    m[i].msg_hdr = (struct msghdr){.msg_iov = &into[i], .msg_iovlen = 1};
  }
  pid_t sender = fork();
  if (sender == 0) {
    for (char i = 0; i < 21; i++) {
      usleep(2000);
      if (send(p[1], &i, 1, 0) != 1)
        _exit(1);
    }
    _exit(0);
  }
  int n = __upstare_recvmmsg(p[0], m, 20, 0, 0);
  CHECK(n == 20, "%s: %d datagrams", state, n);
  for (int i = 0; i < n; i++)
    CHECK(text[i][0] == i && m[i].msg_len == 1, "%s: datagram %d is %d", state, i, text[i][0]);
  n = __upstare_recvmmsg(p[0], m, 20, MSG_WAITFORONE, 0);
  CHECK(n == 1 && text[0][0] == 20, "%s: %d datagrams", state, n);
  __upstare_waitpid(sender, 0, 0);
  close(p[0]);
  close(p[1]);
}

/* A time-out of the socket's own; and one with data in the middle of MSG_WAITALL. */
static void test_socket_timeouts(const char *state) {
  int p[2];
  char c[8];
  static char large[1 << 20];
  struct timeval t = {0, 120000};
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, p) == 0, "socketpair");
  CHECK(__upstare_setsockopt(p[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) == 0, "SO_RCVTIMEO");
  CHECK(__upstare_setsockopt(p[0], SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t) == 0, "SO_SNDTIMEO");
  TIMED(__upstare_recv(p[0], c, 8, 0), -1);
  CHECK(errno == EAGAIN, "%s: %s", state, strerror(errno));
  TIMED(__upstare_read(p[0], c, 8), -1);
  CHECK(errno == EAGAIN, "%s: %s", state, strerror(errno));
  CHECK(write(p[1], "abc", 3) == 3, "write");
  TIMED(__upstare_recv(p[0], c, 8, MSG_WAITALL), 3);
  struct iovec into = {c, 8};
  struct msghdr m = {.msg_iov = &into, .msg_iovlen = 1};
  CHECK(write(p[1], "abc", 3) == 3, "write");
  TIMED(__upstare_recvmsg(p[0], &m, MSG_WAITALL), 3);
  ssize_t n = __upstare_send(p[0], large, sizeof large, 0);
  CHECK(n > 0 && n < (ssize_t)sizeof large, "%s: sent %zd", state, n);
  TIMED(__upstare_write(p[0], large, sizeof large), -1);
  CHECK(errno == EAGAIN, "%s: %s", state, strerror(errno));
  close(p[0]);
  close(p[1]);
  ups_call_socket_timeouts = false;
}

/* Pipes with names, and data that go from pipe to pipe. */
static void test_pipes(const char *state) {
  int a[2], b[2];
  char name[] = "/tmp/upstare-fifo-XXXXXX", c[8] = "";
  CHECK(mkdtemp(name) && chdir(name) == 0 && mkfifo("fifo", 0600) == 0, "fifo");
  pid_t other = fork();
  if (other == 0) {
    usleep(100000);
    int fd = open("fifo", O_WRONLY);
    _exit(write(fd, "xyz", 3) == 3 ? 0 : 1);
  }
  int fd = __upstare_open("fifo", O_RDONLY);
  CHECK(fd >= 0 && __upstare_read(fd, c, 8) == 3 && memcmp(c, "xyz", 3) == 0, "%s: open %d: %s", state, fd, strerror(errno));
  close(fd);
  __upstare_wait(0);
  errno = 0;
  CHECK(__upstare_open("nothing", O_RDONLY) == -1 && errno == ENOENT, "%s: %s", state, strerror(errno));
  fd = __upstare_open("file", O_RDWR | O_CREAT | O_EXCL, 0640);
  struct stat s;
  CHECK(fd >= 0 && fstat(fd, &s) == 0 && (s.st_mode & 0777) == 0640, "%s: %o", state, s.st_mode);
  close(fd);
  CHECK(pipe(a) == 0 && pipe(b) == 0, "pipe");
  if (fork() == 0) {
    usleep(60000);
    _exit(write(a[1], "1234", 4) != 4);
  }
  CHECK(__upstare_tee(a[0], b[1], 4, 0) == 4 && __upstare_splice(a[0], 0, b[1], 0, 4, 0) == 4, "%s: %s", state, strerror(errno));
  CHECK(__upstare_read(b[0], c, 8) == 8 && memcmp(c, "12341234", 8) == 0, "%s: %.8s", state, c);
  __upstare_wait(0);
  unlink("file");
  unlink("fifo");
  rmdir(name);
  for (int i = 0; i < 2; i++)
    close(a[i]), close(b[i]);
}

static void test_all(const char *state) {
  for (int sort = VECTOR; sort <= FROM_FILE; sort++)
    test_sending(state, sort);
  test_receiving(state);
  test_datagrams(state);
  test_socket_timeouts(state);
  test_pipes(state);
  static uint8_t random[300000];
  CHECK(__upstare_getrandom(random, sizeof random, 0) == sizeof random, "%s: %s", state, strerror(errno));
}

int main(int count, char **arguments) {
  (void)count;
  make_parts();
  return under_hail(arguments, test_all, 0);
}
