/* A second thread. */
#include "../step.h"
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *second(void *argument)
{
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return argument;
}

int main(void)
{
    pthread_t thread;

    pthread_mutex_lock(&mutex);
    pthread_create(&thread, NULL, second, NULL);
    printf("two threads\n");
    step();
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
    printf("end\n");
    return 0;
}
