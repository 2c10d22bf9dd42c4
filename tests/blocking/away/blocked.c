/* blocked.c - threads that are nearly always in blocking calls which can be taken back, under signals, while the program goes back and forth
 * between two versions (VERSION): a thread follows when its call ends, when it is called, or when a signal comes.  Prints
 * "ready", works until its standard input ends, and says whether anything was wrong. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WAYS 7
#define DEPTH 3

static pthread_t threads[2 * WAYS];
static int pipes[WAYS][2];
static sem_t items;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static long filled, handled, interrupted, sent[WAYS], received[WAYS];
static int wrong;
static volatile int ends, over;

static void fail(int way, const char *what)
{
    int error = errno;

    __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
    fprintf(stderr, "blocked: way %d: %s (%s)\n", way, what, strerror(error));
}

/* No point is in here nor at its return: it is always the version that the program is in, whoever calls it. */
__attribute__((noinline)) static int version(void)
{
    return VERSION;
}

/* The handlers run in the new version, as everything does. */
static void restarts(int number)
{
    __atomic_add_fetch(&handled, number == SIGUSR1 && version() == VERSION, __ATOMIC_SEQ_CST);
}

static void ends_the_call(int number)
{
    __atomic_add_fetch(&interrupted, number == SIGUSR2 && version() == VERSION, __ATOMIC_SEQ_CST);
}

static void wait_for_input(int way)
{
    struct pollfd one = { .fd = pipes[way][0], .events = POLLIN };

    while (poll(&one, 1, -1) != 1)
        if (errno != EINTR)
            fail(way, "poll");
}

/* A byte comes: 1; the end: 0. */
static int receive(int way)
{
    char c = 0;
    FILE *stream;
    ssize_t n;

    switch (way) {
    case 0: /* with the end of a stream */
        stream = fdopen(dup(pipes[way][0]), "r");
        setvbuf(stream, NULL, _IONBF, 0);
        while ((n = getc(stream)) == EOF && ferror(stream) && errno == EINTR)
            clearerr(stream);
        fclose(stream);
        return n != EOF && n != 'e';
    case 1:
        while (sem_wait(&items) != 0)
            if (errno != EINTR)
                fail(way, "sem_wait");
        return received[way] < __atomic_load_n(&sent[way], __ATOMIC_SEQ_CST);
    case 2:
        pthread_mutex_lock(&mutex);
        while (filled == 0 && !over)
            pthread_cond_wait(&condition, &mutex);
        n = filled > 0;
        filled -= n;
        pthread_mutex_unlock(&mutex);
        return (int)n;
    case 3:
        wait_for_input(way);
        break;
    }
    while ((n = read(pipes[way][0], &c, 1)) < 0)
        if (errno != EINTR)
            fail(way, "read");
    return n == 1 && c != 'e';
}

static void transmit(int way, int last)
{
    switch (way) {
    case 1:
        if (!last)
            __atomic_add_fetch(&sent[way], 1, __ATOMIC_SEQ_CST);
        sem_post(&items);
        return;
    case 2:
        pthread_mutex_lock(&mutex);
        filled += !last, sent[way] += !last, over = last;
        pthread_cond_signal(&condition);
        pthread_mutex_unlock(&mutex);
        return;
    }
    sent[way] += !last;
    while (write(pipes[way][1], last ? "e" : "x", 1) != 1)
        if (errno != EINTR)
            fail(way, "write");
}

static void pause_a_while(int way)
{
    struct timespec t = { 0, 1000000 + 700000 * way };

    while (nanosleep(&t, &t) != 0)
        if (errno != EINTR)
            fail(way, "nanosleep");
}

/* What an update has made wait comes, and nothing stays blocked. */
static void check_mask(int way)
{
    sigset_t blocked;

    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    if (!sigisemptyset(&blocked))
        fail(way, "signals are blocked");
}

/* Frames with locals whose addresses are known, below the call. */
static int goes(int depth, int way, long *sum)
{
    long mine = depth * 3 + way;
    int result;

    if (depth > 0) {
        result = goes(depth - 1, way, &mine);
        if (version() != VERSION)
            fail(way, "old code runs");
        *sum += mine;
        return result;
    }
    result = receive(way);
    *sum += 1;
    return result;
}

static long expected(int depth, int way)
{
    return depth > 0 ? depth * 3 + way + expected(depth - 1, way) : 1;
}

static void *receiver(void *argument)
{
    int way = *(int *)argument, more = 1;

    while (more) {
        long sum = 0;
        more = goes(DEPTH, way, &sum);
        if (sum != expected(DEPTH, way))
            fail(way, "the locals are wrong");
        if (version() != VERSION)
            fail(way, "old code runs");
        check_mask(way);
        received[way] += more;
    }
    return NULL;
}

/* In two of the ways the threads also want the same mutex. */
static void *sender(void *argument)
{
    int way = *(int *)argument;

    while (!ends) {
        if (way >= WAYS - 2) {
            pthread_mutex_lock(&other);
            pause_a_while(0);
            pthread_mutex_unlock(&other);
        }
        transmit(way, 0);
        pause_a_while(way);
        if (version() != VERSION)
            fail(way, "old code runs");
        check_mask(way);
    }
    transmit(way, 1);
    return NULL;
}

/* Mostly two at once: then one handler interrupts the other before either has begun. */
static void *disturb(void *unused)
{
    for (int i = 0; !ends; i++) {
        usleep(100);
        pthread_kill(threads[i % (2 * WAYS)], SIGUSR1);
        if (i % 4 != 0)
            pthread_kill(threads[i % (2 * WAYS)], SIGUSR2);
    }
    return unused;
}

int main(void)
{
    static pthread_t disturber;
    static int numbers[WAYS];
    char c;

    sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = restarts, .sa_flags = SA_RESTART }, NULL);
    sigaction(SIGUSR2, &(struct sigaction){ .sa_handler = ends_the_call }, NULL);
    sem_init(&items, 0, 0);
    for (int i = 0; i < WAYS; i++) {
        numbers[i] = i;
        if (pipe(pipes[i]) != 0 || pthread_create(&threads[2 * i], NULL, receiver, &numbers[i]) != 0 ||
            pthread_create(&threads[2 * i + 1], NULL, sender, &numbers[i]) != 0)
            return 2;
    }
    pthread_create(&disturber, NULL, disturb, NULL);
    printf("ready\n");
    fflush(stdout);
    while (read(0, &c, 1) > 0)
        continue;
    ends = 1;
    pthread_join(disturber, NULL);
    for (int i = 0; i < 2 * WAYS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < WAYS; i++)
        if (sent[i] != received[i] || sent[i] == 0)
            fail(i, "sent and received differ");
    printf("version %d, handled %d %d, %d wrong\n", VERSION, handled > 0, interrupted > 0, wrong);
    return wrong != 0;
}
