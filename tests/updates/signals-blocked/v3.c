/* A program that blocks, ignores and handles all signals can be updated, and sees what it asked for. */
#include "../step.h"
#include <signal.h>
#include <string.h>

static void handler(int number)
{
    (void)number;
}

static int count(const sigset_t *set)
{
    int n = 0;

    for (int i = 1; i <= 64; i++)
        n += sigismember(set, i) == 1;
    return n;
}

int main(void)
{
    sigset_t all, now;
    struct sigaction action = {.sa_handler = handler}, before;
    int handled = 0;

    sigfillset(&all);
    action.sa_mask = all;
    for (int i = 1; i <= 64; i++)
        if (i != SIGKILL && i != SIGSTOP && i != 32 && i != 33)
            handled += sigaction(i, &action, NULL) == 0;
    sigprocmask(SIG_SETMASK, &all, NULL);
    for (int i = 0; i < 3; i++) {
        sigprocmask(SIG_BLOCK, NULL, &now);
        sigaction(SIGTRAP, NULL, &before);
        printf("last: %d handled, %d blocked, %d while one is handled, %d\n", handled, count(&now), count(&before.sa_mask),
               before.sa_handler == handler);
        step();
    }
    sigemptyset(&all);
    sigaddset(&all, SIGTRAP);
    sigprocmask(SIG_UNBLOCK, &all, NULL);
    raise(SIGTRAP);
    sigprocmask(SIG_BLOCK, NULL, &now);
    printf("last: SIGTRAP blocked %d, SIGRTMIN+13 blocked %d\n", sigismember(&now, SIGTRAP), sigismember(&now, SIGRTMIN + 13));
    return 0;
}
