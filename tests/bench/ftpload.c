/* ftpload.c - sessions with an FTP server, of several clients at once: log in as anonymous, get a file, quit.
 *
 *   ftpload PORT FILE SIZE CLIENTS COUNT   each client has COUNT sessions, one after the other; prints "sessions seconds";
 *                                          exit status 1: an answer or the file is not what it should be */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int connect_to(int port)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  return fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? fd : -1;
}

/* Sends a command, if there is one, and reads lines until one answers with the code. */
static int talk(int fd, const char *command, const char *code, char *line, size_t size)
{
  int one = 1;
  if (*command && write(fd, command, strlen(command)) < 0)
    return -1;
  for (;;) {
    size_t n = 0;
    setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one); /* or the server's second answer waits 40 ms */
    while (n + 1 < size && read(fd, line + n, 1) == 1 && line[n] != '\n')
      n++;
    line[n] = 0;
    if (n < 4)
      return -1;
    if (line[3] == ' ')
      return strncmp(line, code, 3) == 0 ? 0 : -1;
  }
}

/* The file's bytes. */
static long transfer(int fd)
{
  static char buffer[1 << 16];
  long sum = 0;
  ssize_t n;
  while ((n = read(fd, buffer, sizeof buffer)) > 0)
    sum += n;
  return n < 0 ? -1 : sum;
}

static int session(int port, const char *file, long size, char *line, size_t room)
{
  char get[256];
  unsigned a, b, c, d, high, low;
  int data, fd = connect_to(port);
  snprintf(get, sizeof get, "RETR %s\r\n", file);
  if (fd < 0 || talk(fd, "", "220", line, room) || talk(fd, "USER anonymous\r\n", "230", line, room) || talk(fd, "TYPE I\r\n", "200", line, room) ||
      talk(fd, "PASV\r\n", "227", line, room) || sscanf(strchr(line, '(') ? strchr(line, '(') : "", "(%u,%u,%u,%u,%u,%u)", &a, &b, &c, &d, &high, &low) != 6 ||
      (data = connect_to((int)(high * 256 + low))) < 0 || talk(fd, get, "150", line, room) || transfer(data) != size || talk(fd, "", "226", line, room) ||
      talk(fd, "QUIT\r\n", "221", line, room))
    return -1;
  close(data);
  close(fd);
  return 0;
}

/* All sessions of one client, which is a process. */
static int client(char **argv, long count)
{
  char line[1024] = "";
  for (long i = 0; i < count; i++)
    if (session(atoi(argv[1]), argv[2], atol(argv[3]), line, sizeof line))
      return fprintf(stderr, "ftpload: session %ld goes wrong after: %s\n", i, line), 1;
  return 0;
}

int main(int argc, char **argv)
{
  if (argc != 6)
    return fputs("usage: ftpload PORT FILE SIZE CLIENTS COUNT\n", stderr), 2;
  long clients = atol(argv[4]), count = atol(argv[5]), begun = 0;
  int status, failed = 0;
  double start = now();
  for (; begun < clients; begun++) {
    pid_t child = fork();
    if (child == 0)
      _exit(client(argv, count));
    if (child < 0)
      break;
  }
  failed = begun < clients;
  while (wait(&status) > 0)
    failed |= status != 0;
  printf("%ld %.6f\n", clients * count, now() - start);
  return failed;
}
