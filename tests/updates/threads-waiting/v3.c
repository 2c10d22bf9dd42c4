/* Threads that wait: for a mutex, a semaphore, input, time, another thread's end.  Each goes on waiting in the new version,
 * and says so when it is let go. */
#include "../step.h"
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#define WHO "last"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t semaphore, said;
static int ends[2];

static void say(const char *what)
{
    printf(WHO ": %s\n", what);
    sem_post(&said);
}

static void *for_mutex(void *argument)
{
    pthread_mutex_lock(&mutex);
    say("has the mutex");
    pthread_mutex_unlock(&mutex);
    return argument;
}

static void *for_semaphore(void *argument)
{
    sem_wait(&semaphore);
    say("has the semaphore");
    return argument;
}

static void *for_input(void *argument)
{
    char text[6] = "";

    for (int got = 0; got < 5;)
        got += (int)read(ends[0], text + got, 5 - got);
    say(text);
    return argument;
}

static void *for_end(void *argument)
{
    void *value;

    pthread_join(*(pthread_t *)argument, &value);
    say("has seen the end");
    return value;
}

int main(void)
{
    pthread_t threads[4];
    void *value;
    struct timespec moment = {0, 1000000};

    sem_init(&semaphore, 0, 0);
    sem_init(&said, 0, 0);
    if (pipe(ends))
        return 1;
    pthread_mutex_lock(&mutex);
    pthread_create(&threads[0], NULL, for_mutex, NULL);
    pthread_create(&threads[1], NULL, for_semaphore, NULL);
    pthread_create(&threads[2], NULL, for_input, &ends);
    pthread_create(&threads[3], NULL, for_end, &threads[2]);
    nanosleep(&moment, NULL);
    step();
    pthread_mutex_unlock(&mutex);
    sem_wait(&said);
    step();
    sem_post(&semaphore);
    sem_wait(&said);
    step();
    if (write(ends[1], "he", 2) != 2)
        return 1;
    step();
    if (write(ends[1], "llo", 3) != 3)
        return 1;
    sem_wait(&said);
    sem_wait(&said);
    pthread_join(threads[3], &value);
    printf(WHO ": value %d\n", value == &ends);
    return 0;
}
