/* Two threads that come to no continuation point: a loop that no site is in, in the thread's first function and one
 * function deeper. */
#include "../step.h"
#include <pthread.h>

static volatile int done;

static void *busy(void *argument)
{
    __asm__ volatile("1: cmpl $0, %0\n\tje 1b" : : "m"(done) : "memory");
    return argument;
}

static __attribute__((noinline)) void grind(void)
{
    __asm__ volatile("1: cmpl $0, %0\n\tje 1b" : : "m"(done) : "memory");
}

static void *grinder(void *argument)
{
    grind();
    return argument;
}

int main(void)
{
    pthread_t one, two;

    pthread_create(&one, NULL, busy, NULL);
    pthread_create(&two, NULL, grinder, NULL);
    printf("three threads\n");
    step();
    done = 1;
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    printf("end\n");
    return 0;
}
