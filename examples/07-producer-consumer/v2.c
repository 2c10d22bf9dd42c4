/* A producer, a consumer, and a queue of three places between them. Version 2 of the consumer cubes what it gets. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { PLACES = 3, ITEMS = 12 };

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t not_empty, not_full;
    int items[PLACES], first, count;
} queue = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER, {0}, 0, 0};

static void put(int item)
{
    pthread_mutex_lock(&queue.mutex);
    while (queue.count == PLACES)
        pthread_cond_wait(&queue.not_full, &queue.mutex);
    queue.items[(queue.first + queue.count++) % PLACES] = item;
    pthread_cond_signal(&queue.not_empty);
    pthread_mutex_unlock(&queue.mutex);
}

static int get(void)
{
    int item;

    pthread_mutex_lock(&queue.mutex);
    while (queue.count == 0)
        pthread_cond_wait(&queue.not_empty, &queue.mutex);
    item = queue.items[queue.first];
    queue.first = (queue.first + 1) % PLACES;
    queue.count--;
    pthread_cond_signal(&queue.not_full);
    pthread_mutex_unlock(&queue.mutex);
    return item;
}

static void *produce(void *unused)
{
    for (int i = 1; i <= ITEMS; i++) {
        usleep(200000);
        put(i);
    }
    put(0);
    return unused;
}

static void *consume(void *sum)
{
    int item;

    while ((item = get()) != 0) {
        *(int *)sum += item;
        printf("ITEM %d, cubed %d\n", item, item * item * item);
        fflush(stdout);
    }
    return sum;
}

int main(void)
{
    pthread_t producer, consumer;
    int sum = 0;

    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&consumer, NULL, consume, &sum);
    pthread_join(producer, NULL);
    pthread_join(consumer, NULL);
    printf("THE SUM OF THE ITEMS IS %d\n", sum);
    return 0;
}
