/* called-back-late.c - a thread is in a function of a library's (slow.c) that is named, which calls the program back, though none may be named that
 * does.  The thread is claimed while the callback waits, in a function that is not named, and the program is updated between versions (VERSION);
 * then the callback goes on in the old code, through sites that are armed there: the thread's own, and in flag mode all.  Commands: 'b' lets the
 * callback begin, 'e' lets it end, 'v' says what version the program is in.  Once more at each 'b'. */
#include "slow.h"
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { CALLS, WAITS };

static long enter(int way, int times);

static int callback(int times)
{
    return (int)enter(WAITS, times);
}

/* Both return into `enter` at the same place. */
__attribute__((noinline)) static long go(int way, int x)
{
    return way == CALLS ? slow_call(CALLS, callback, x) : -slow_int(WAITS, x);
}

__attribute__((noinline)) static long enter(int way, int times)
{
    long sum = 0;

    for (int i = 1; i <= times; i++)
        sum += go(way, 2);
    return sum;
}

static void *work(void *unused)
{
    for (;;) {
        long sum = enter(CALLS, 1);
        printf("thread: version %d, %ld\n", VERSION, sum);
        fflush(stdout);
    }
    return unused;
}

int main(void)
{
    pthread_t thread;
    char c;

    slow_tell();
    if (pthread_create(&thread, NULL, work, NULL) != 0)
        return 2;
    while (read(0, &c, 1) == 1)
        switch (c) {
        case 'b': slow_end(CALLS); break;
        case 'e': slow_end(WAITS); break;
        case 'v':
            printf("version %d\n", VERSION);
            fflush(stdout);
        }
    return 0;
}
