/* in-handler.c - threads that wait in blocking calls, and that a library's handler (handler-library.c) interrupts to call the program back: then they
 * do not wait.  The program goes back and forth between two versions (VERSION).  Prints "ready", works until its standard input ends, and says
 * whether old code has run. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define THREADS 3

int library_handles(void (*callback)(void));

static pthread_t threads[THREADS];
static int pipes[2];
static volatile int ends;
static int wrong, called;

/* An update sets it to the new initial value. */
static volatile int version = VERSION;

/* Some milliseconds. */
static void called_back(void)
{
    for (volatile int i = 0; i < 1000000; i++)
        if (version != VERSION)
            wrong = 1;
    called = 1;
}

static void *waits(void *unused)
{
    char c;

    while (read(pipes[0], &c, 1) > 0)
        continue;
    return unused;
}

static void *disturbs(void *unused)
{
    for (int i = 0; !ends; i++) {
        usleep(5000);
        pthread_kill(threads[i % THREADS], SIGALRM);
    }
    return unused;
}

int main(void)
{
    pthread_t other;
    char c;

    if (library_handles(called_back) != 0 || pipe(pipes) != 0)
        return 2;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, waits, NULL);
    pthread_create(&other, NULL, disturbs, NULL);
    printf("ready\n");
    fflush(stdout);
    while (read(0, &c, 1) > 0)
        continue;
    ends = 1;
    pthread_join(other, NULL);
    close(pipes[1]);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("version %d, called %d, %d wrong\n", VERSION, called, wrong);
    return wrong;
}
