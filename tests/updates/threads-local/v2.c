/* A thread-local variable keeps its value in each thread, and threads that begin after the update have it, too. */
#include "../step.h"
#include <pthread.h>

#define WHO "new"

static _Thread_local int limit = 10;
static pthread_mutex_t turn[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void *look(void *argument)
{
    long number = (long)argument;

    if (number)
        limit += 5;
    pthread_mutex_lock(&turn[number]);
    printf(WHO ": thread %ld: %d\n", number, limit);
    pthread_mutex_unlock(&turn[number]);
    return NULL;
}

int main(void)
{
    pthread_t threads[2];

    for (long i = 0; i < 2; i++) {
        pthread_mutex_lock(&turn[i]);
        pthread_create(&threads[i], NULL, look, (void *)i);
    }
    usleep(1000);
    printf(WHO "\n");
    step();
    for (int i = 0; i < 2; i++) {
        pthread_mutex_unlock(&turn[i]);
        pthread_join(threads[i], NULL);
        step();
    }
    pthread_create(&threads[1], NULL, look, (void *)1);
    pthread_join(threads[1], NULL);
    printf(WHO ": main: %d\n", limit);
    return 0;
}
