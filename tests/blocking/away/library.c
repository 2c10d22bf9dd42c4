/* library.c - a library that gcc compiles: a thread of its own calls the program back, and does things of its own in between. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static volatile int ends;
static void (*callback)(int);
static pthread_t thread;

static void *run(void *argument)
{
    for (int i = 0; !ends; i++) {
        free(malloc((size_t)i % 1000 + 1));
        usleep(300);
        callback(i);
    }
    return argument;
}

int library_start(void (*function)(int))
{
    callback = function;
    return pthread_create(&thread, NULL, run, NULL);
}

int library_end(void)
{
    ends = 1;
    return pthread_join(thread, NULL);
}
