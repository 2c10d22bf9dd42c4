/* calls.c - what a wrapped call costs when nothing is updated: calls WORKLOAD prints nanoseconds a round.
 *
 *   pingpong   a byte to another process and back over pipes, both on one processor
 *   null       a byte from /dev/zero: the shortest read there is
 *   mutex      a mutex that is free, locked and unlocked
 *   getc       a character from a stream */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void byte(ssize_t done)
{
    if (done != 1)
        exit(1);
}

static int64_t pingpong(long rounds)
{
    int there[2], back[2];
    char c = 'x';
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET(0, &one);
    sched_setaffinity(0, sizeof one, &one);
    if (pipe(there) < 0 || pipe(back) < 0)
        exit(1);
    if (fork() == 0) {
        for (long i = 0; i < rounds; i++) {
            byte(read(there[0], &c, 1));
            byte(write(back[1], &c, 1));
        }
        _exit(0);
    }
    int64_t start = now();
    for (long i = 0; i < rounds; i++) {
        byte(write(there[1], &c, 1));
        byte(read(back[0], &c, 1));
    }
    int64_t took = now() - start;
    wait(NULL);
    return took;
}

static int64_t null(long rounds)
{
    int fd = open("/dev/zero", O_RDONLY);
    char c;
    int64_t start = now();

    for (long i = 0; i < rounds; i++)
        byte(read(fd, &c, 1));
    return now() - start;
}

static int64_t mutex(long rounds)
{
    static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    int64_t start = now();

    for (long i = 0; i < rounds; i++) {
        pthread_mutex_lock(&m);
        pthread_mutex_unlock(&m);
    }
    return now() - start;
}

static int64_t characters(long rounds)
{
    FILE *f = fopen("/dev/zero", "r");
    int64_t start = now();

    for (long i = 0; i < rounds; i++)
        byte(getc(f) + 1);
    return now() - start;
}

int main(int count, char **arguments)
{
    static const struct { const char *name; int64_t (*run)(long); long rounds; } all[] = {
        { "pingpong", pingpong, 60000 }, { "null", null, 1000000 }, { "mutex", mutex, 10000000 }, { "getc", characters, 30000000 } };

    for (size_t i = 0; count > 1 && i < sizeof all / sizeof *all; i++)
        if (strcmp(arguments[1], all[i].name) == 0) {
            printf("%.2f\n", (double)all[i].run(all[i].rounds) / (double)all[i].rounds);
            return 0;
        }
    return 1;
}
