/* Threads wait at a barrier, where libc lets nobody interrupt them: they follow when they come back, with what they had and with what the
 * barrier tells them.  A signal that comes to one of them meanwhile is handled. */
#include "../step.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

static pthread_barrier_t barrier;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int last, handled, came[3];

static void handler(int number)
{
    __atomic_add_fetch(&handled, number == SIGUSR1, __ATOMIC_SEQ_CST);
}

/* Frames with locals below the wait. */
static int wait_here(int depth, int *in_caller)
{
    int mine = depth * 10, result;

    if (depth > 0) {
        result = wait_here(depth - 1, &mine);
        *in_caller += mine;
        return result;
    }
    result = pthread_barrier_wait(&barrier);
    *in_caller += 3 + 4;
    return result;
}

static void *waiter(void *argument)
{
    int number = *(int *)argument, sum = 0;

    for (int round = 0; round < 3; round++) {
        int result = wait_here(number + 1, &sum);
        pthread_mutex_lock(&lock);
        last += result == PTHREAD_BARRIER_SERIAL_THREAD;
        came[round] += sum + round;
        pthread_mutex_unlock(&lock);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[2];
    int numbers[2] = { 0, 1 };

    pthread_barrier_init(&barrier, NULL, 3);
    signal(SIGUSR1, handler);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, waiter, &numbers[i]);
    for (int round = 0; round < 3; round++) {
        step();
        pthread_kill(threads[round % 2], SIGUSR1);
        int result = pthread_barrier_wait(&barrier);
        pthread_mutex_lock(&lock);
        last += result == PTHREAD_BARRIER_SERIAL_THREAD;
        pthread_mutex_unlock(&lock);
        pthread_barrier_wait(&barrier);
        while (__atomic_load_n(&handled, __ATOMIC_SEQ_CST) <= round)
            usleep(1000);
        printf("last: round %d: last %d, came %d, handled %d\n", round, last, came[round], handled);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    step();
    printf("last: end\n");
    return 0;
}
