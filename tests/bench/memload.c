/* memload.c - a load for memcached: CLIENTS connections, each with BATCH commands under way, all of one thread.
 *
 *   memload PORT get|set CLIENTS BATCH COUNT   prints "commands seconds"; exit status 1: an answer is wrong
 *
 * Keys are key:0 ... key:9999, values 100 bytes that say which key they belong to.  Before a "get" run a "set" run must have been. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { KEYS = 10000, VALUE = 100, MAX = 256, ROOM = 1 << 17 };

static struct client {
  unsigned key;       /* of the first command of the batch under way */
  size_t due, have;   /* bytes of the answers to the batch; of them, received */
  char answer[ROOM];
} clients[MAX];
static struct pollfd polls[MAX];
static char request[ROOM], expected[ROOM];
static int setting, batch;

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What belongs to a key: 100 characters. */
static void value_of(unsigned key, char *value)
{
  char digits[16];
  int n = snprintf(digits, sizeof digits, "%u.", key);
  for (int i = 0; i < VALUE; i++)
    value[i] = digits[i % n];
}

/* The answers to a batch, in `expected`; their length. */
static size_t answers(unsigned key)
{
  char *p = expected;
  for (int i = 0; i < batch; i++, key = (key + 1) % KEYS) {
    if (setting) {
      p += sprintf(p, "STORED\r\n");
      continue;
    }
    p += sprintf(p, "VALUE key:%u 0 %d\r\n", key, VALUE);
    value_of(key, p);
    p += VALUE;
    p += sprintf(p, "\r\nEND\r\n");
  }
  return (size_t)(p - expected);
}

static int send_batch(int number, unsigned key)
{
  char *p = request;
  struct client *c = &clients[number];
  c->key = key;
  c->have = 0;
  c->due = answers(key);
  for (int i = 0; i < batch; i++, key = (key + 1) % KEYS) {
    if (!setting) {
      p += sprintf(p, "get key:%u\r\n", key);
      continue;
    }
    p += sprintf(p, "set key:%u 0 0 %d\r\n", key, VALUE);
    value_of(key, p);
    p += VALUE;
    p += sprintf(p, "\r\n");
  }
  return write(polls[number].fd, request, (size_t)(p - request)) == p - request ? 0 : -1;
}

static int connect_to(int port)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  return fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? fd : -1;
}

/* Reads what has come; 1: the batch has been answered, -1: wrongly. */
static int receive(int number)
{
  struct client *c = &clients[number];
  ssize_t n = read(polls[number].fd, c->answer + c->have, ROOM - c->have);
  if (n <= 0)
    return -1;
  c->have += (size_t)n;
  if (c->have < c->due)
    return 0;
  return answers(c->key) == c->have && memcmp(expected, c->answer, c->have) == 0 ? 1 : -1;
}

int main(int argc, char **argv)
{
  if (argc != 6 || atoi(argv[3]) < 1 || atoi(argv[3]) > MAX || atoi(argv[4]) < 1 || atoi(argv[4]) > 500)
    return fputs("usage: memload PORT get|set CLIENTS BATCH COUNT\n", stderr), 2;
  int count = atoi(argv[3]), busy = count;
  long commands = atol(argv[5]), asked = 0;
  unsigned key = 0;
  setting = strcmp(argv[2], "set") == 0;
  batch = atoi(argv[4]);
  for (int i = 0; i < count; i++) {
    polls[i].events = POLLIN;
    if ((polls[i].fd = connect_to(atoi(argv[1]))) < 0)
      return perror("memload"), 1;
  }
  double start = now();
  for (int i = 0; i < count; i++, key = (key + (unsigned)batch) % KEYS, asked += batch)
    if (send_batch(i, key) < 0)
      return perror("memload"), 1;
  while (busy > 0 && poll(polls, (nfds_t)count, -1) > 0)
    for (int i = 0; i < count; i++) {
      int done = polls[i].revents ? receive(i) : 0;
      if (done < 0)
        return fprintf(stderr, "memload: client %d: a wrong answer: %.60s\n", i, clients[i].answer), 1;
      if (!done)
        continue;
      if (asked >= commands) {
        busy--;
        polls[i].events = 0;
        continue;
      }
      if (send_batch(i, key) < 0)
        return perror("memload"), 1;
      key = (key + (unsigned)batch) % KEYS;
      asked += batch;
    }
  printf("%ld %.6f\n", asked, now() - start);
  return busy != 0;
}
