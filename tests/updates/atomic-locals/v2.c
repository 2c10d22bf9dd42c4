/* Atomic and volatile locals whose addresses are on the heap, in variables, in a thread-local one and in other frames and threads, while the functions
 * that have them change what else is in their frames. */
#include "../step.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct box { _Atomic long *count; volatile int *mark; };

static _Thread_local struct box mine;
static struct box *boxes[2];

static void *add(void *argument)
{
    struct box *box = argument;

    for (int i = 0; i < 1000; i++)
        atomic_fetch_add(box->count, 1);
    *box->mark += 1;
    return NULL;
}

static void run(struct box *box)
{
    pthread_t thread;

    pthread_create(&thread, NULL, add, box);
    for (int i = 0; i < 1000; i++)
        atomic_fetch_add(mine.count, 1);
    pthread_join(thread, NULL);
}

static long work(int depth, _Atomic(struct box *) *above)
{
    char text[40];
    volatile int mark = depth * 10;
    long factor = 1;
    _Atomic long count = depth;
    _Atomic double half = 0.5;
    _Atomic(struct box *) slot = malloc(sizeof (struct box));
    struct box *box = atomic_load(&slot);

    *box = (struct box) { &count, &mark };
    boxes[depth] = box;
    printf("two: work %d, above %d\n", depth, above ? *atomic_load(above)->mark : -1);
    step();
    long below = depth > 0 ? work(depth - 1, &slot) : 0;
    mine = *box;
    atomic_store(&half, atomic_load(&half) + 1);
    run(boxes[depth]);
    printf("two: depth %d, count %ld, mark %d, half %.1f\n", depth, count, mark, half);
    step();
    if (above)
        atomic_fetch_add(atomic_load(above)->count, 5);
    run(box);
    printf("two: depth %d, count %ld, mark %d\n", depth, count, mark);
    step();
    snprintf(text, sizeof text, "%ld", below);
    long result = (count + mark + below) * factor + (text[0] == 0);
    free(box);
    return result;
}

int main(void)
{
    for (int i = 0; i < 2; i++)
        printf("two: result %ld\n", work(1, NULL));
    return 0;
}
