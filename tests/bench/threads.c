/* threads.c - many threads in mixed states, to be updated again and again: they run, hold locks and want them, wait and
 * sleep, in every kind of call.  Nothing may be lost, repeated or reordered.
 *
 *   threads [COUNT]   starts COUNT threads (64), prints "ready", ends when its input ends; exit status 1: something is wrong
 *
 * Threads work in pairs: the first sends numbers, the second must receive each once and in order.  How they pass them
 * differs from pair to pair; every other eight are lazy, so that their threads mostly sleep, and some of those pass them in rarer calls
 * (threads_calls.h).  The last of each eight share counters. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX 256
#define ROOM 4
#define END (~0ul)

struct pair {
  int number, way, lazy;
  int ends[2], poll; /* what is written to [1] is read from [0] */
  pthread_mutex_t mutex;
  pthread_cond_t not_empty, not_full;
  sem_t items, room;
  unsigned long ring[ROOM], first, filled;
  unsigned long sent, put, received;
  int id; /* a queue, semaphores, or who listens */
  _Atomic unsigned word;
  pthread_t receiver;
};

static struct pair pairs[MAX];
static _Atomic int stop;
static _Atomic unsigned long wrong;
static pthread_mutex_t shared = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t table_lock = PTHREAD_RWLOCK_INITIALIZER;
static unsigned long sum, additions[MAX], table[2];
static __thread unsigned long own;

static void fail(const struct pair *p, const char *what)
{
  int error = errno;
  wrong++;
  fprintf(stderr, "threads: pair %d, way %d: %s (%s)\n", p->number, p->way, what, strerror(error));
}

#include "threads_calls.h"

static unsigned long work(unsigned long value, int rounds)
{
  for (int i = 0; i < rounds; i++)
    value = value * 6364136223846793005ul + 1442695040888963407ul + (unsigned long)i;
  return value;
}

static void rest(const struct pair *p)
{
  struct timespec t = {0, p->lazy ? 3000000 : 200000};
  if (work(own, 300) == 1)
    fail(p, "numbers");
  own++;
  nanosleep(&t, NULL);
}

/* A queue with a mutex and two condition variables. */
static void put(struct pair *p, unsigned long value)
{
  pthread_mutex_lock(&p->mutex);
  while (p->filled == ROOM)
    pthread_cond_wait(&p->not_full, &p->mutex);
  p->ring[(p->first + p->filled++) % ROOM] = value;
  pthread_cond_signal(&p->not_empty);
  pthread_mutex_unlock(&p->mutex);
}

static unsigned long get(struct pair *p)
{
  struct timespec until;
  pthread_mutex_lock(&p->mutex);
  while (p->filled == 0) {
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 20;
    if (pthread_cond_timedwait(&p->not_empty, &p->mutex, &until) == ETIMEDOUT)
      fail(p, "nothing came for 20 seconds");
  }
  unsigned long value = p->ring[p->first++ % ROOM];
  p->filled--;
  pthread_cond_signal(&p->not_full);
  pthread_mutex_unlock(&p->mutex);
  return value;
}

static void send_number(struct pair *p, unsigned long value)
{
  unsigned long pieces[512];
  if (p->way >= MESSAGES) {
    send_rarely(p, value);
    return;
  }
  switch (p->way) {
  case 0: put(p, value); break;
  case 1:
    while (sem_wait(&p->room) < 0)
      fail(p, "sem_wait");
    p->ring[p->put++ % ROOM] = value;
    sem_post(&p->items);
    break;
  case 2: /* more than a pipe holds */
    for (int i = 0; i < 512; i++)
      pieces[i] = value;
    for (int i = 0; i < 40; i++)
      if (write(p->ends[1], pieces, sizeof pieces) != sizeof pieces)
        fail(p, "write");
    break;
  default:
    if (send(p->ends[1], &value, sizeof value, 0) != sizeof value)
      fail(p, "send");
  }
}

static void wait_for_input(struct pair *p)
{
  struct pollfd one = {.fd = p->ends[0], .events = POLLIN};
  struct epoll_event event;
  fd_set set;
  FD_ZERO(&set);
  FD_SET(p->ends[0], &set);
  int n = p->way == 4 ? poll(&one, 1, -1) : p->way == 5 ? select(p->ends[0] + 1, &set, NULL, NULL, NULL) : epoll_wait(p->poll, &event, 1, -1);
  if (n != 1)
    fail(p, n < 0 ? "waiting for input" : "waiting without end ended");
}

static unsigned long receive_number(struct pair *p)
{
  unsigned long value = 0, piece;
  if (p->way >= MESSAGES)
    return receive_rarely(p);
  switch (p->way) {
  case 0: return get(p);
  case 1:
    while (sem_wait(&p->items) < 0)
      fail(p, "sem_wait");
    value = p->ring[p->received % ROOM];
    sem_post(&p->room);
    return value;
  case 2:
    for (int i = 0; i < 512 * 40; i++) {
      ssize_t n = 0;
      for (size_t got = 0; got < sizeof piece; got += (size_t)n)
        if ((n = read(p->ends[0], (char *)&piece + got, sizeof piece - got)) <= 0)
          return fail(p, "read"), END;
      if (i && piece != value)
        fail(p, "a piece is wrong");
      value = piece;
    }
    return value;
  case 4:
  case 5:
  case 6: wait_for_input(p); /* fall through */
  default:
    if (recv(p->ends[0], &value, sizeof value, MSG_WAITALL) != sizeof value)
      fail(p, "recv");
    return value;
  }
}

/* Counters that all pairs of this way share: with a mutex, and two that change together with a read-write lock. */
static void share(struct pair *p)
{
  pthread_mutex_lock(&shared);
  sum++;
  additions[p->number]++;
  if (p->lazy)
    usleep(100); /* asleep with the mutex in its hands */
  pthread_mutex_unlock(&shared);
  if (p->sent++ % 8 == 0) {
    pthread_rwlock_wrlock(&table_lock);
    table[0]++;
    work(own, 100);
    table[1]++;
    pthread_rwlock_unlock(&table_lock);
  } else {
    pthread_rwlock_rdlock(&table_lock);
    if (table[0] != table[1])
      fail(p, "the table is half changed");
    pthread_rwlock_unlock(&table_lock);
  }
}

static void *sender(void *argument)
{
  struct pair *p = argument;
  while (!stop) {
    if (p->way == 7)
      share(p);
    else
      send_number(p, p->sent++);
    rest(p);
  }
  if (p->way != 7)
    send_number(p, END);
  return p;
}

/* It is where libc lets nobody interrupt it. */
static void away(const struct pair *p, int file)
{
  struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *found = NULL;
  if (pwrite(file, "x", 1, 0) != 1 || fsync(file))
    fail(p, "fsync");
  if (getaddrinfo("127.0.0.1", "80", &hints, &found) || !found)
    fail(p, "getaddrinfo");
  else
    freeaddrinfo(found);
}

static void *receiver(void *argument)
{
  struct pair *p = argument;
  unsigned long value, counted = own;
  if (p->way == 7) { /* it runs, and comes to nothing that blocks; or it sleeps where it cannot be waked */
    FILE *file = p->lazy ? tmpfile() : NULL;
    while (file && !stop)
      away(p, fileno(file));
    while (!stop)
      counted = work(counted, 50);
    if (file)
      fclose(file);
    return counted == 1 ? NULL : p;
  }
  while ((value = receive_number(p)) != END) {
    if (value != p->received)
      fail(p, "a number is lost, repeated or out of order");
    p->received++;
    own++;
    counted++;
  }
  if (own != counted)
    fail(p, "the thread's own variable is wrong");
  return p;
}

static int open_pair(struct pair *p, int number)
{
  p->number = number;
  p->way = number % 8;
  p->lazy = number / 8 % 2;
  if (p->lazy && p->way >= 3 && p->way <= 6)
    p->way = MESSAGES + number / 16 % 2 * 4 + p->way - 3;
  pthread_mutex_init(&p->mutex, NULL);
  pthread_cond_init(&p->not_empty, NULL);
  pthread_cond_init(&p->not_full, NULL);
  sem_init(&p->items, 0, 0);
  sem_init(&p->room, 0, ROOM);
  if (open_rare(p) < 0 || (p->way == 2 || p->way == VECTORS ? pipe(p->ends) : socketpair(AF_UNIX, SOCK_STREAM, 0, p->ends)))
    return -1;
  struct epoll_event event = {.events = EPOLLIN};
  p->poll = epoll_create1(0);
  return p->way == 2 || p->way == VECTORS ? 0 : epoll_ctl(p->poll, EPOLL_CTL_ADD, p->ends[0], &event);
}

int main(int argc, char **argv)
{
  static pthread_t threads[2 * MAX];
  int count = argc > 1 ? atoi(argv[1]) : 64;
  char c;
  unsigned long numbers = 0, added = 0;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, NUMBER_SIGNAL);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  for (int i = 0; i < count; i++) {
    if (i % 2 == 0 && open_pair(&pairs[i / 2], i / 2) < 0)
      return perror("threads"), 2;
    if (pthread_create(&threads[i], NULL, i % 2 ? receiver : sender, &pairs[i / 2]))
      return perror("threads"), 2;
  }
  puts("ready");
  fflush(stdout);
  while (read(0, &c, 1) == 1)
    ;
  stop = 1;
  for (int i = 0; i < count; i++) {
    void *result;
    if (pthread_join(threads[i], &result) || result != &pairs[i / 2])
      fail(&pairs[i / 2], "join");
  }
  for (int i = 0; i < count / 2; i++) {
    close_rare(&pairs[i]);
    numbers += pairs[i].received;
    added += additions[i];
    if (pairs[i].way != 7 && (pairs[i].received != pairs[i].sent || pairs[i].sent == 0))
      fail(&pairs[i], "sent and received differ");
  }
  if (added != sum)
    fail(&pairs[7], "additions are lost");
  printf("%lu numbers, %lu additions, %lu wrong\n", numbers, sum, wrong);
  return wrong != 0;
}
