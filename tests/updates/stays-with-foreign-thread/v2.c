/* A thread that the C library has created, and that calls the program: of a timer. */
#include "../step.h"
#include <signal.h>
#include <time.h>

static void expired(union sigval value)
{
    (void)value;
}

int main(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD};
    timer_t timer;

    event.sigev_notify_function = expired;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer))
        return 1;
    printf("a timer\n");
    step();
    printf("the end\n");
    return 0;
}
