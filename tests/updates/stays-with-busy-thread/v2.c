/* Two threads that come to no continuation point: a counted loop without a call, the thread's own and one function deeper. */
#include "../step.h"
#include <pthread.h>

static volatile unsigned sum[2];

static void *busy(void *argument)
{
    for (int i = 0; i < 700000000; i++)
        sum[0] += i ^ sum[0];
    return argument;
}

static __attribute__((noinline)) void grind(void)
{
    for (int i = 0; i < 700000000; i++)
        sum[1] += i ^ sum[1];
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
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    printf("the end\n");
    return 0;
}
