/* Threads: each has converted locals and thread-local pointers to data that move; objects of one thread are known to another. */
#include "../step.h"
#include <pthread.h>
#include <stdlib.h>

struct work { int done; int id; struct work *peer; };
static struct work jobs[2] = { { 0, 1, &jobs[1] }, { 0, 2, &jobs[0] } };
static __thread struct work *mine;
static __thread int rounds;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static int next = -1, stop = 0;

static void run(struct work *local, int which)
{
    struct work own = { 0, which, local };

    for (;;) {
        pthread_mutex_lock(&lock);
        while (next != which && !stop)
            pthread_cond_wait(&turn, &lock);
        if (stop) {
            pthread_mutex_unlock(&lock);
            return;
        }
        own.done++;
        rounds++;
        mine->done++;
        local->peer->id += 0;
        printf("%d! %d %d %d %d\n", which, own.done, rounds, mine->done, own.peer->peer->id);
        next = -1;
        pthread_cond_broadcast(&turn);
        pthread_mutex_unlock(&lock);
    }
}

static void *thread(void *argument)
{
    mine = argument;
    run(mine, mine->id - 1);
    return 0;
}

int main(void)
{
    pthread_t threads[2];

    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], 0, thread, &jobs[i]);
    for (int i = 0; i < 8; i++) {
        pthread_mutex_lock(&lock);
        next = i % 2;
        pthread_cond_broadcast(&turn);
        while (next != -1)
            pthread_cond_wait(&turn, &lock);
        pthread_mutex_unlock(&lock);
        step();
    }
    pthread_mutex_lock(&lock);
    stop = 1;
    pthread_cond_broadcast(&turn);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], 0);
        printf("joined\n");
    }
    return 0;
}
