/* clients.c - the clients of an echo server: every byte must come back, once and in order.
 *
 *   clients PORT COUNT [idle]   connects COUNT clients, prints "ready" when each has had its first answer, then keeps them
 *                               all busy (idle: silent) until the input ends; then each gets a last answer
 *                               prints "messages worst_us"; exit status 1: a byte is wrong, a connection is gone */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX 1000

static struct client {
  unsigned long sent, received; /* bytes */
  unsigned long until;          /* the message under way ends here */
  double start;
} clients[MAX];
static struct pollfd polls[MAX + 1];
static unsigned long messages;
static double worst;

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static char byte_of(int client, unsigned long position) { return (char)(position * 7 + position / 251 + (unsigned long)client); }

static void start(int i)
{
  struct client *c = &clients[i];
  char bytes[3000];
  size_t size = 1 + (messages * 37 + (unsigned long)i * 911) % sizeof bytes;
  for (size_t k = 0; k < size; k++)
    bytes[k] = byte_of(i, c->sent + k);
  c->start = now();
  if (send(polls[i].fd, bytes, size, 0) != (ssize_t)size)
    perror("clients"), exit(1);
  c->until = c->sent += size;
}

/* True when the message has come back whole. */
static int receive(int i)
{
  struct client *c = &clients[i];
  char bytes[4096];
  ssize_t n = recv(polls[i].fd, bytes, sizeof bytes, 0);
  if (n <= 0)
    fprintf(stderr, "clients: connection %d is gone\n", i), exit(1);
  for (ssize_t k = 0; k < n; k++)
    if (bytes[k] != byte_of(i, c->received++) || c->received > c->until)
      fprintf(stderr, "clients: connection %d: byte %lu is wrong\n", i, c->received - 1), exit(1);
  if (c->received < c->until)
    return 0;
  messages++;
  worst = now() - c->start > worst ? now() - c->start : worst;
  return 1;
}

/* Each client sends one message and has it back. */
static void round_of_all(int count)
{
  for (int i = 0; i < count; i++)
    start(i);
  for (int i = 0; i < count; i++)
    while (!receive(i))
      ;
}

static void keep_busy(int count)
{
  for (int i = 0; i < count; i++)
    start(i);
  for (int running = count, stop = 0; running > 0;) {
    if (poll(polls, (nfds_t)count + 1, 20000) <= 0)
      fputs("clients: no answer for 20 seconds\n", stderr), exit(1);
    stop |= polls[count].revents != 0;
    if (stop)
      polls[count].fd = -1;
    for (int i = 0; i < count; i++)
      if (polls[i].revents && receive(i)) {
        if (stop)
          running--;
        else
          start(i);
      }
  }
}

int main(int argc, char **argv)
{
  if (argc < 3)
    return 2;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int count = atoi(argv[2]) < MAX ? atoi(argv[2]) : MAX;
  char c;
  for (int i = 0; i < count; i++) {
    polls[i] = (struct pollfd){.fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLIN};
    if (connect(polls[i].fd, (struct sockaddr *)&address, sizeof address))
      return perror("clients"), 1;
  }
  polls[count] = (struct pollfd){.fd = 0, .events = POLLIN};
  round_of_all(count);
  worst = 0;
  puts("ready");
  fflush(stdout);
  if (argc > 3)
    while (read(0, &c, 1) == 1)
      ;
  else
    keep_busy(count);
  round_of_all(count);
  printf("%lu %.0f\n", messages, worst);
  return 0;
}
