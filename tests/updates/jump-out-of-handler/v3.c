/* A handler that interrupted a wait leaves by a jump to a target that the old version set, after it or its caller has changed; the mask is the target's. */
#include "../step.h"
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

static sigjmp_buf out;
static volatile sig_atomic_t handled;

static void handler(int number)
{
    int rounds = 2;

    for (int i = 0; i < rounds; i++) {
        printf("three: handler %d of %d\n", i, number == SIGALRM);
        step();
    }
    int before = handled++;
    if (before < 0)
        return;
    siglongjmp(out, handled);
}

static void wait_for_it(volatile int *count)
{
    int limit = 100;
    struct itimerval soon = { { 0, 0 }, { 0, 2000 } };
    sigset_t none;

    sigemptyset(&none);
    printf("three: waits %d\n", *count);
    step();
    setitimer(ITIMER_REAL, &soon, NULL);
    while (*count < limit) {
        sigsuspend(&none);
        printf("never %d\n", (*count)++);
    }
}

int main(void)
{
    volatile int rounds = 0;
    volatile int count = 0;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGALRM, handler);
    int how = sigsetjmp(out, 1);
    sigprocmask(SIG_BLOCK, NULL, &set);
    printf("three: how %d, rounds %d, blocked %d, count %d\n", how, rounds, sigismember(&set, SIGALRM), count);
    step();
    if (rounds++ < 3)
        wait_for_it(&count);
    printf("three: end %d\n", (int)handled);
    return 0;
}
