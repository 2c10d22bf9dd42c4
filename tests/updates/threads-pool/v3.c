/* Two threads take jobs from a queue; main waits for each result.  All of them change at once: no line is old after one
 * that is new. */
#include "../step.h"
#include <pthread.h>

#define WHO "last"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int job, result, done;

static void *worker(void *argument)
{
    int *handled = argument;

    pthread_mutex_lock(&mutex);
    for (;;) {
        while (!job && !done)
            pthread_cond_wait(&changed, &mutex);
        if (!job)
            break;
        printf(WHO ": worker, job %d\n", job);
        result = job * 10;
        job = 0;
        ++*handled;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&mutex);
    return argument;
}

int main(void)
{
    pthread_t threads[2];
    int handled[2] = {0, 0};
    long sum = 0;

    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, worker, &handled[i]);
    for (int i = 1; i <= 4; i++) {
        step();
        pthread_mutex_lock(&mutex);
        job = i;
        pthread_cond_broadcast(&changed);
        while (!result)
            pthread_cond_wait(&changed, &mutex);
        sum += result;
        printf(WHO ": main, result %d, sum %ld\n", result, sum);
        result = 0;
        pthread_mutex_unlock(&mutex);
    }
    pthread_mutex_lock(&mutex);
    done = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < 2; i++) {
        void *value;
        pthread_join(threads[i], &value);
        if (value != &handled[i])
            printf("wrong value\n");
    }
    printf(WHO ": %d jobs\n", handled[0] + handled[1]);
    return 0;
}
