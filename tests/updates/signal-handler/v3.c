/* A signal handler that the old version installed runs the new code; errno and the signal mask survive. */
#include "../step.h"
#include <errno.h>
#include <signal.h>

static volatile sig_atomic_t signals;

static void handler(int number)
{
    signals |= number == SIGUSR1;
}

int main(void)
{
    sigset_t blocked;

    signal(SIGUSR1, handler);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR2);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    for (int i = 1; i <= 6; i++) {
        raise(SIGUSR1);
        errno = i + 30;
        step();
        sigprocmask(SIG_BLOCK, NULL, &blocked);
        printf("last: errno %d, blocked %d, handled %d\n", errno, sigismember(&blocked, SIGUSR2), (int)signals > 0);
    }
    return 0;
}
