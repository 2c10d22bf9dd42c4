/* threads_calls.h - pairs of threads.c that pass their numbers in calls which are rarer: queues, semaphores and messages of both kinds, futexes, signals,
 * connections, vectors.  Included by threads.c, whose struct pair and fail() it uses. */
#include <linux/futex.h>
#include <mqueue.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

/* What passes a number; the first ways are threads.c's. */
enum { MESSAGES = 8, POSIX_MESSAGES, SEMAPHORES, FUTEX, SIGNALS, CONNECTIONS, VECTORS, SOCKET_MESSAGES };
enum { ITEM, ROOM_FOR_ONE }; /* the two semaphores */
#define NUMBER_SIGNAL (SIGRTMIN + 1)

struct message { long type; unsigned long value; };

static void set_address(const struct pair *p, struct sockaddr_un *address, socklen_t *size)
{
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)sprintf(address->sun_path + 1, "upstare-threads-%d-%d", getpid(), p->number));
}

/* Makes what the pair needs; returns -1 with errno. */
static int open_rare(struct pair *p)
{
  struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = sizeof(unsigned long)};
  struct sockaddr_un address;
  socklen_t size;
  char name[64];
  switch (p->way) {
  case MESSAGES: return p->id = msgget(IPC_PRIVATE, 0600);
  case SEMAPHORES:
    p->id = semget(IPC_PRIVATE, 2, 0600);
    return p->id < 0 || semctl(p->id, ITEM, SETVAL, 0) < 0 ? -1 : semctl(p->id, ROOM_FOR_ONE, SETVAL, 1);
  case POSIX_MESSAGES:
    sprintf(name, "/upstare-threads-%d-%d", getpid(), p->number);
    p->id = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);
    return p->id < 0 ? -1 : mq_unlink(name);
  case CONNECTIONS:
    set_address(p, &address, &size);
    p->id = socket(AF_UNIX, SOCK_STREAM, 0);
    return p->id < 0 || bind(p->id, (struct sockaddr *)&address, size) < 0 ? -1 : listen(p->id, ROOM);
  default: return 0;
  }
}

/* Takes away what would outlive the process. */
static void close_rare(const struct pair *p)
{
  if (p->way == MESSAGES)
    msgctl(p->id, IPC_RMID, NULL);
  if (p->way == SEMAPHORES)
    semctl(p->id, 0, IPC_RMID);
}

static void change_semaphore(const struct pair *p, int which, int by)
{
  struct sembuf change = {.sem_num = (unsigned short)which, .sem_op = (short)by};
  if (semop(p->id, &change, 1) < 0)
    fail(p, "semop");
}

/* Sleeps while the word has a value. */
static void wait_futex(struct pair *p, uint32_t value)
{
  while (p->word == value)
    if (syscall(SYS_futex, &p->word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0) < 0 && errno != EAGAIN)
      fail(p, "futex");
}

static void set_futex(struct pair *p, uint32_t value)
{
  p->word = value;
  syscall(SYS_futex, &p->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void send_connected(const struct pair *p, unsigned long value)
{
  struct sockaddr_un address;
  socklen_t size;
  int connection = socket(AF_UNIX, SOCK_STREAM, 0);
  set_address(p, &address, &size);
  if (connection < 0 || connect(connection, (struct sockaddr *)&address, size) < 0 || send(connection, &value, sizeof value, 0) != sizeof value)
    fail(p, "connect");
  close(connection);
}

static unsigned long receive_connected(const struct pair *p)
{
  unsigned long value = 0;
  int connection = accept(p->id, NULL, NULL);
  if (connection < 0 || recv(connection, &value, sizeof value, MSG_WAITALL) != sizeof value)
    fail(p, "accept");
  close(connection);
  return value;
}

static void send_rarely(struct pair *p, unsigned long value)
{
  struct message message = {1, value};
  struct iovec halves[] = {{&value, sizeof value / 2}, {(char *)&value + sizeof value / 2, sizeof value / 2}};
  struct msghdr header = {.msg_iov = halves, .msg_iovlen = 2};
  switch (p->way) {
  case MESSAGES:
    if (msgsnd(p->id, &message, sizeof value, 0) < 0)
      fail(p, "msgsnd");
    break;
  case POSIX_MESSAGES:
    if (mq_send(p->id, (char *)&value, sizeof value, 0) < 0)
      fail(p, "mq_send");
    break;
  case SEMAPHORES:
    change_semaphore(p, ROOM_FOR_ONE, -1);
    p->ring[0] = value;
    change_semaphore(p, ITEM, 1);
    break;
  case FUTEX:
    wait_futex(p, 1);
    p->ring[0] = value;
    set_futex(p, 1);
    break;
  case SIGNALS:
    wait_futex(p, 0); /* the receiver is there */
    if (pthread_sigqueue(p->receiver, NUMBER_SIGNAL, (union sigval){.sival_ptr = (void *)value}))
      fail(p, "pthread_sigqueue");
    break;
  case CONNECTIONS: send_connected(p, value); break;
  case VECTORS:
    if (writev(p->ends[1], halves, 2) != sizeof value)
      fail(p, "writev");
    break;
  case SOCKET_MESSAGES:
    if (sendmsg(p->ends[1], &header, 0) != sizeof value)
      fail(p, "sendmsg");
    break;
  }
}

static unsigned long receive_rarely(struct pair *p)
{
  struct message message = {0, 0};
  unsigned long value = 0;
  struct iovec halves[] = {{&value, sizeof value / 2}, {(char *)&value + sizeof value / 2, sizeof value / 2}};
  struct msghdr header = {.msg_iov = halves, .msg_iovlen = 2};
  siginfo_t info;
  sigset_t set;
  switch (p->way) {
  case MESSAGES:
    if (msgrcv(p->id, &message, sizeof value, 0, 0) != sizeof value)
      fail(p, "msgrcv");
    return message.value;
  case POSIX_MESSAGES:
    if (mq_receive(p->id, (char *)&value, sizeof value, NULL) != sizeof value)
      fail(p, "mq_receive");
    return value;
  case SEMAPHORES:
    change_semaphore(p, ITEM, -1);
    value = p->ring[0];
    change_semaphore(p, ROOM_FOR_ONE, 1);
    return value;
  case FUTEX:
    wait_futex(p, 0);
    value = p->ring[0];
    set_futex(p, 0);
    return value;
  case SIGNALS:
    p->receiver = pthread_self();
    if (p->word == 0)
      set_futex(p, 1);
    sigemptyset(&set);
    sigaddset(&set, NUMBER_SIGNAL);
    if (sigwaitinfo(&set, &info) != NUMBER_SIGNAL)
      fail(p, "sigwaitinfo");
    return (unsigned long)info.si_value.sival_ptr;
  case CONNECTIONS: return receive_connected(p);
  case VECTORS:
    if (readv(p->ends[0], halves, 2) != sizeof value)
      fail(p, "readv");
    return value;
  case SOCKET_MESSAGES:
    if (recvmsg(p->ends[0], &header, MSG_WAITALL) != sizeof value)
      fail(p, "recvmsg");
    return value;
  default: return END;
  }
}
