/* named-later.c - a thread waits in a library (slow.c) as long as the test wants it to, while the program is updated between versions (VERSION) of
 * which one only names the function.  Commands: 'g' makes the thread call, 'w' ends the call, 'v' says what version the program is in. */
#include "slow.h"
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int go[2];

static void *work(void *unused)
{
    char c;

    while (read(go[0], &c, 1) == 1 && c == 'g') {
        double result = slow_double(0, 10, 4);
        printf("thread: version %d, %g\n", VERSION, result);
        fflush(stdout);
    }
    return unused;
}

int main(void)
{
    pthread_t thread;
    char c;

    slow_tell();
    if (pipe(go) != 0 || pthread_create(&thread, NULL, work, NULL) != 0)
        return 2;
    while (read(0, &c, 1) == 1)
        switch (c) {
        case 'g':
            if (write(go[1], "g", 1) != 1)
                return 3;
            break;
        case 'w': slow_end(0); break;
        case 'v':
            printf("version %d\n", VERSION);
            fflush(stdout);
        }
    close(go[1]);
    pthread_join(thread, NULL);
    return 0;
}
