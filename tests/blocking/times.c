/* times.c - scenes that end by a time-out: it goes on while the thread is updated, and does not begin again. */
#include "scenes.h"
#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <threads.h>

#define NANOSECONDS (WHILE_MS * 1000000L)

static const struct timespec while_ = { 0, NANOSECONDS };

static bool play_sleep(void) { return sleep(0) == 0 && usleep(WHILE_MS * 1000) == 0 && in_time(); }
static bool play_nanosleep(void) { return nanosleep(&while_, NULL) == 0 && in_time(); }
static bool play_clock_nanosleep(void) { return clock_nanosleep(CLOCK_MONOTONIC, 0, &while_, NULL) == 0 && in_time(); }
static bool play_clock_nanosleep_until(void)
{
    struct timespec t = from_now(CLOCK_REALTIME);

    return clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL) == 0 && in_time();
}
static bool play_thrd_sleep(void) { return thrd_sleep(&while_, NULL) == 0 && in_time(); }
static bool play_poll(void)
{
    struct pollfd one = { .fd = pipes[0], .events = POLLIN };

    return poll(&one, 1, WHILE_MS) == 0 && in_time();
}
static bool play_ppoll(void)
{
    struct pollfd one = { .fd = pipes[0], .events = POLLIN };

    return ppoll(&one, 1, &while_, NULL) == 0 && in_time();
}
static bool play_select(void)
{
    fd_set set;
    struct timeval t = { 0, WHILE_MS * 1000 };

    FD_ZERO(&set);
    FD_SET(pipes[0], &set);
    return select(pipes[0] + 1, &set, NULL, NULL, &t) == 0 && in_time() && t.tv_sec == 0 && t.tv_usec == 0;
}
static bool play_pselect(void)
{
    fd_set set;
    sigset_t none;

    FD_ZERO(&set);
    FD_SET(pipes[0], &set);
    sigemptyset(&none);
    return pselect(pipes[0] + 1, &set, NULL, NULL, &while_, &none) == 0 && in_time();
}
static bool play_epoll_pwait(void)
{
    int e = epoll_create1(0);
    struct epoll_event event;
    sigset_t none;

    sigemptyset(&none);
    bool right = epoll_pwait(e, &event, 1, WHILE_MS, &none) == 0 && in_time();
    close(e);
    return right;
}
static bool play_sigtimedwait(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    return sigtimedwait(&set, NULL, &while_) == -1 && errno == EAGAIN && in_time();
}
static bool play_semtimedop(void)
{
    int id = semget(IPC_PRIVATE, 1, 0600);
    struct sembuf down = { 0, -1, 0 };
    bool right = semtimedop(id, &down, 1, &while_) == -1 && errno == EAGAIN && in_time();

    semctl(id, 0, IPC_RMID);
    return right;
}
static bool play_futex(void)
{
    static int word = 5;

    return syscall(SYS_futex, &word, FUTEX_WAIT, 5, &while_, NULL, 0) == -1 && errno == ETIMEDOUT && in_time();
}
static bool play_mq_timedreceive(void)
{
    char name[40], text[8];
    struct timespec t = from_now(CLOCK_REALTIME);

    snprintf(name, sizeof name, "/upstare-scene-%d", (int)getpid());
    mqd_t q = mq_open(name, O_RDWR | O_CREAT, 0600, &(struct mq_attr){ .mq_maxmsg = 1, .mq_msgsize = 8 });
    if (q == (mqd_t)-1)
        return usleep(WHILE_MS * 1000) == 0; /* not in this kernel */
    mq_unlink(name);
    bool right = mq_timedreceive(q, text, 8, NULL, &t) == -1 && errno == ETIMEDOUT && in_time();
    mq_close(q);
    return right;
}
static bool play_receive_timeout(void)
{
    struct timeval t = { 0, WHILE_MS * 1000 };
    char c;

    setsockopt(sockets[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    return recv(sockets[0], &c, 1, 0) == -1 && errno == EAGAIN && in_time();
}

const struct scene scenes_of_times[] = {
    { "sleep", play_sleep, NULL }, { "nanosleep", play_nanosleep, NULL }, { "clock_nanosleep", play_clock_nanosleep, NULL },
    { "TIMER_ABSTIME", play_clock_nanosleep_until, NULL }, { "thrd_sleep", play_thrd_sleep, NULL }, { "poll", play_poll, NULL },
    { "ppoll", play_ppoll, NULL }, { "select", play_select, NULL }, { "pselect", play_pselect, NULL }, { "epoll_pwait", play_epoll_pwait, NULL },
    { "sigtimedwait", play_sigtimedwait, NULL }, { "semtimedop", play_semtimedop, NULL }, { "futex", play_futex, NULL },
    { "mq_timedreceive", play_mq_timedreceive, NULL }, { "SO_RCVTIMEO", play_receive_timeout, NULL }, { NULL, NULL, NULL },
};
