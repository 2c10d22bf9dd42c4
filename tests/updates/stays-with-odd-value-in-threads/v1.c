/* Data that cannot be converted, in a program of two threads: both stop, and the reason is neither's. */
#include "../step.h"
#include <pthread.h>

enum state { IDLE, RUNNING };
static enum state state;
static volatile int done;

static void *second(void *argument)
{
    while (!done)
        usleep(1000);
    return argument;
}

int main(void)
{
    pthread_t thread;

    state = (enum state)7;
    pthread_create(&thread, NULL, second, NULL);
    for (int i = 0; i < 3; i++) {
        printf("%d\n", (int)state);
        step();
    }
    done = 1;
    pthread_join(thread, NULL);
    return 0;
}
