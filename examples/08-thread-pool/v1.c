/* A pool of four threads. main hands out a batch of four jobs and waits until they are done. Version 1 multiplies by ten. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { THREADS = 4, BATCHES = 8 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER, finished = PTHREAD_COND_INITIALIZER;
static int todo, done, batch, results[THREADS];

static int solve(int number)
{
    for (int i = 0; i < 20; i++)
        usleep(10000);
    return (batch * THREADS + number) * 10;
}

static void *worker(void *unused)
{
    pthread_mutex_lock(&mutex);
    for (;;) {
        while (todo == 0)
            pthread_cond_wait(&work, &mutex);
        if (todo < 0)
            break;
        int number = --todo;
        pthread_mutex_unlock(&mutex);
        int result = solve(number);
        pthread_mutex_lock(&mutex);
        results[number] = result;
        if (++done == THREADS)
            pthread_cond_signal(&finished);
    }
    pthread_mutex_unlock(&mutex);
    return unused;
}

int main(void)
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, worker, NULL);
    pthread_mutex_lock(&mutex);
    for (batch = 0; batch < BATCHES; batch++) {
        todo = THREADS;
        done = 0;
        pthread_cond_broadcast(&work);
        while (done < THREADS)
            pthread_cond_wait(&finished, &mutex);
        printf("batch %d: %d %d %d %d\n", batch, results[0], results[1], results[2], results[3]);
        fflush(stdout);
    }
    todo = -1;
    pthread_cond_broadcast(&work);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("all done\n");
    return 0;
}
