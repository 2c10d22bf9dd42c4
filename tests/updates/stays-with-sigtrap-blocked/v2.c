/* Behind the back of the runtime the program blocks SIGTRAP: a trap would kill it, so there is none. */
#include "../step.h"
#include <signal.h>
#include <sys/syscall.h>

int main(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTRAP);
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 8);
    for (int i = 0; i < 3; i++) {
        printf("still blocked %d\n", i);
        step();
    }
    return 0;
}
