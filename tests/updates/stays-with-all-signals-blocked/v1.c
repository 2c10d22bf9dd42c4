/* Behind the back of the runtime a thread blocks all signals: it cannot be asked, and a trap would kill it. */
#include "../step.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

static volatile int done;

static void *second(void *argument)
{
    sigset_t all;

    sigfillset(&all);
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, NULL, 8);
    while (!done)
        poll(NULL, 0, 20);
    return argument;
}

int main(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, second, NULL);
    poll(NULL, 0, 50);
    for (int i = 0; i < 3; i++) {
        printf("blocked %d\n", i);
        step();
    }
    done = 1;
    pthread_join(thread, NULL);
    return 0;
}
