/* away.c - threads that are nearly always in functions of libc's that cannot be interrupted, under signals, while the program goes back and
 * forth between two versions (VERSION).  Prints "ready", works until its standard input ends, and says whether anything was wrong. */
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 6
#define DEPTH 4

static pthread_barrier_t barrier;
static volatile int ends;
static long handled;
static int wrong;

static void handler(int number)
{
    __atomic_add_fetch(&handled, number == SIGUSR1, __ATOMIC_SEQ_CST);
}

static int meets(void)
{
    int result = pthread_barrier_wait(&barrier);

    return result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD;
}

static int one(int x)
{
    return x != 0;
}
static int (*volatile by_pointer)(int) = one;

/* Its address is used, and it returns into its first bytes, where an update writes a jump: push, call, here. */
__attribute__((noinline)) static int at_once(int (*what)(void))
{
    int result = what();

    return by_pointer(result) & result;
}
static int (*volatile first)(int (*)(void)) = at_once;

static int writes(int file)
{
    if (pwrite(file, "x", 1, 0) != 1)
        return 0;
    return fsync(file) == 0;
}

static int asks(void)
{
    struct addrinfo hints, *found = NULL;

    memset(&hints, 0, sizeof hints);
    hints.ai_flags = AI_NUMERICHOST;
    if (getaddrinfo("127.0.0.1", "80", &hints, &found) != 0 || !found)
        return 0;
    freeaddrinfo(found);
    return 1;
}

/* Frames with locals, whose addresses are known, below the call. */
static int goes(int depth, int who, int file, long *sum)
{
    long mine = depth * 3 + who + VERSION - VERSION;
    int result;

    if (depth > 0) {
        result = goes(depth - 1, who, file, &mine);
        *sum += mine;
        return result;
    }
    switch (who % 3) {
    case 0: result = first(meets); break;
    case 1: result = writes(file); break;
    default: result = asks();
    }
    *sum += 1;
    return result;
}

static long expected(int depth, int who)
{
    return depth > 0 ? depth * 3 + who + expected(depth - 1, who) : 1;
}

static void *work(void *argument)
{
    int who = *(int *)argument, again = 1;
    char name[] = "/tmp/upstare-away.XXXXXX";
    int file = mkstemp(name);

    unlink(name);
    while (again) {
        long sum = 0;
        if (!goes(DEPTH, who, file, &sum) || sum != expected(DEPTH, who))
            __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
        again = !__atomic_load_n(&ends, __ATOMIC_SEQ_CST);
        if (who % 3 == 0) { /* both go, or none */
            static int agreed[2];
            agreed[who / 3] = again;
            pthread_barrier_wait(&barrier);
            again = agreed[0] && agreed[1];
            pthread_barrier_wait(&barrier);
        }
    }
    close(file);
    return NULL;
}

static void *disturb(void *threads)
{
    for (int i = 0; !__atomic_load_n(&ends, __ATOMIC_SEQ_CST); i++) {
        usleep(3000);
        pthread_kill(((pthread_t *)threads)[i % THREADS], SIGUSR1);
    }
    return NULL;
}

int main(void)
{
    static pthread_t threads[THREADS], disturber;
    static int numbers[THREADS];
    char c;

    signal(SIGUSR1, handler);
    pthread_barrier_init(&barrier, NULL, 2);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        pthread_create(&threads[i], NULL, work, &numbers[i]);
    }
    pthread_create(&disturber, NULL, disturb, threads);
    printf("ready\n");
    fflush(stdout);
    while (read(0, &c, 1) > 0)
        continue;
    __atomic_store_n(&ends, 1, __ATOMIC_SEQ_CST);
    pthread_join(disturber, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("version %d, handled %d, %d wrong\n", VERSION, handled > 0, wrong);
    return wrong != 0;
}
