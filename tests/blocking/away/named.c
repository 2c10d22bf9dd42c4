/* named.c - threads that are in functions of a library's (slow.c) which the user has named, under signals, while the program goes back and
 * forth between two versions (VERSION): they hold nobody up, and follow with what the function returns.  One of the functions calls the
 * program back, which it should not: no harm is done.  Prints "ready", works until its standard input ends, and says whether anything was
 * wrong. */
#include "slow.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define WAYS 8
#define DEPTH 4

/* The rest is named on the command line. */
#ifdef __UPSTARE__
#include <upstare.h>
long slow_six(int number, long a, long b, long c, long d, long e) UPSTARE_AWAY;
#endif

static pthread_t threads[WAYS];
static volatile int ends;
static long handled, calls[WAYS];
static int wrong;

static void handler(int number)
{
    __atomic_add_fetch(&handled, number == SIGUSR1, __ATOMIC_SEQ_CST);
}

/* No point is in here nor at its return: it is always the version that the program is in, whoever calls it. */
__attribute__((noinline)) static int version(void)
{
    return VERSION;
}

static int called_back(int x)
{
    for (int i = 0; i < 3; i++)
        usleep(300);
    return x + 1;
}

static int call(int way, int x)
{
    struct slow_pair pair;
    struct slow_mixed mixed;

    switch (way) {
    case 0: return slow_int(way, x) == -x;
    case 1: return slow_six(way, x, 1, 2, 3, 4) == 43210 + x;
    case 2: return slow_many(way, x, 1, 2, 3, 4, 5, 6, 7) == 76543210 + x;
    case 3: return slow_double(way, x, 4) == x / 4.0;
    case 4:
        pair = slow_pair(way, (struct slow_pair){ x, 2 * x });
        return pair.first == 2 * x && pair.second == x;
    case 5:
        mixed = slow_mixed((struct slow_mixed){ x / 8.0, x }, way);
        return mixed.number == x / -8.0 && mixed.count == -x;
    case 6: return slow_call(way, called_back, x) == x + 1;
    default: return slow_sum(way, 10, 1., 2., 3., 4., 5., 6., 7., 8., 9., (double)x) == 45.0 + x;
    }
}

/* Frames with locals, whose addresses are known, below the call. */
static int goes(int depth, int way, long *sum)
{
    long mine = depth * 3 + way;
    int result;

    if (depth > 0) {
        result = goes(depth - 1, way, &mine);
        *sum += mine;
        return result && version() == VERSION;
    }
    result = call(way, (int)calls[way] % 10);
    *sum += 1;
    return result;
}

static long expected(int depth, int way)
{
    return depth > 0 ? depth * 3 + way + expected(depth - 1, way) : 1;
}

static void *work(void *argument)
{
    int way = *(int *)argument;

    while (!ends) {
        long sum = 0;
        if (!goes(DEPTH, way, &sum) || sum != expected(DEPTH, way))
            __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
        calls[way]++;
    }
    return NULL;
}

/* Ends their calls by turns, so that each is nearly always in one. */
static void *disturb(void *unused)
{
    for (int i = 0; !ends; i++) {
        usleep(1000);
        slow_end(i % WAYS);
        pthread_kill(threads[(i + 3) % WAYS], SIGUSR1);
    }
    for (int way = 0; way < WAYS; way++)
        slow_end(way);
    return unused;
}

int main(void)
{
    static pthread_t disturber;
    static int numbers[WAYS];
    char c;

    signal(SIGUSR1, handler);
    for (int i = 0; i < WAYS; i++) {
        numbers[i] = i;
        if (pthread_create(&threads[i], NULL, work, &numbers[i]) != 0)
            return 2;
    }
    if (pthread_create(&disturber, NULL, disturb, NULL) != 0)
        return 2;
    printf("ready\n");
    fflush(stdout);
    while (read(0, &c, 1) > 0)
        continue;
    ends = 1;
    pthread_join(disturber, NULL);
    for (int i = 0; i < WAYS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < WAYS; i++)
        wrong += calls[i] < 2;
    printf("version %d, handled %d, %d wrong\n", VERSION, handled > 0, wrong);
    return wrong != 0;
}
