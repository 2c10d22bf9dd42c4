/* deferred.c - signals that wait because their thread is counted as stopped, in threads that come out of their wait only when they get a mutex:
 * long after an update that left them where they were.  Prints "ready", works until its standard input ends, and says whether anything was
 * wrong: no signal stays blocked, each comes, and no timer is left. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define THREADS 6
#define QUEUED (SIGRTMIN + 3)

static pthread_t threads[THREADS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static volatile int ends;
static int started, wrong;
static long sent[THREADS], received[THREADS];
static _Thread_local int self;

static void fail(const char *what)
{
    __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
    fprintf(stderr, "deferred: %s\n", what);
}

static void counts(int number)
{
    received[self] += number == QUEUED;
}

static void *waits(void *number)
{
    sigset_t blocked;
    struct timespec t;

    self = *(int *)number;
    __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
    while (!ends) {
        clock_gettime(CLOCK_REALTIME, &t);
        t.tv_sec += t.tv_nsec >= 970000000;
        t.tv_nsec = (t.tv_nsec + 30000000) % 1000000000;
        pthread_mutex_lock(&mutex);
        pthread_cond_timedwait(&condition, &mutex, &t);
        pthread_mutex_unlock(&mutex);
        pthread_sigmask(SIG_BLOCK, NULL, &blocked);
        if (!sigisemptyset(&blocked))
            fail("signals are blocked");
    }
    return NULL;
}

static void *holds(void *unused)
{
    while (!ends) {
        pthread_mutex_lock(&mutex);
        usleep(20000);
        pthread_mutex_unlock(&mutex);
        usleep(200);
    }
    return unused;
}

static void *disturbs(void *unused)
{
    while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) < THREADS)
        usleep(1000);
    for (int i = 0; !ends; i = (i + 1) % THREADS) {
        pthread_kill(threads[i], SIGUSR1);
        sent[i] += pthread_kill(threads[i], QUEUED) == 0;
        usleep(150);
    }
    return unused;
}

/* The runtime's, for none is the program's. */
static int has_timers(void)
{
    char c;
    int fd = open("/proc/self/timers", O_RDONLY), n = (int)read(fd, &c, 1);

    close(fd);
    return n > 0;
}

int main(void)
{
    static int numbers[THREADS];
    pthread_t others[2];
    char c;

    sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = counts }, NULL);
    sigaction(QUEUED, &(struct sigaction){ .sa_handler = counts, .sa_flags = SA_RESTART }, NULL);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        pthread_create(&threads[i], NULL, waits, &numbers[i]);
    }
    pthread_create(&others[0], NULL, holds, NULL);
    pthread_create(&others[1], NULL, disturbs, NULL);
    printf("ready\n");
    fflush(stdout);
    while (read(0, &c, 1) > 0)
        continue;
    ends = 1;
    for (int i = 0; i < 2; i++)
        pthread_join(others[i], NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++)
        if (sent[i] != received[i] || sent[i] == 0)
            fail("sent and received differ");
    if (has_timers())
        fail("a timer is left");
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
