/* Behind the back of the runtime a thread blocks all signals: it cannot be asked, and a trap would kill it.  It would be updated where it
 * waits, but the other thread is where no update may begin. */
#include "../step.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include "../../../UpStare.Runtime.C/include/upstare.h"

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
    UPSTARE_NO_UPDATE_BEGIN();
    for (int i = 0; i < 3; i++) {
        printf("blocked %d\n", i);
        step();
    }
    UPSTARE_NO_UPDATE_END();
    done = 1;
    pthread_join(thread, NULL);
    return 0;
}
