/* The program blocks SIGTRAP: a trap would kill it, so there is none. */
#include "../step.h"
#include <signal.h>

int main(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTRAP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < 3; i++) {
        printf("blocked %d\n", i);
        step();
    }
    return 0;
}
