/* A handler on a stack of its own changes: the update waits until it has returned, and the next signal is the new version's. */
#define _GNU_SOURCE
#include "../step.h"
#include <signal.h>
#include <stdlib.h>

static int handled, sum;

static int mixed(int n)
{
    int more = n & 3;

    return n + more;
}

static void handler(int number, siginfo_t *info, void *context)
{
    const int rounds = 2;
    stack_t now;

    (void)context;
    sigaltstack(NULL, &now);
    printf("three: handler, on its stack %d, signal %d\n", (now.ss_flags & SS_ONSTACK) != 0, number == SIGUSR1 && info->si_signo == number);
    for (int i = 0; i < rounds; i++) {
        step();
        sum += mixed(i + handled);
        printf("three: in the handler %d\n", i);
    }
    handled += rounds - 1;
}

int main(void)
{
    stack_t stack = { .ss_size = 65536 };
    struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_ONSTACK | SA_SIGINFO };

    stack.ss_sp = malloc(stack.ss_size);
    sigaltstack(&stack, NULL);
    sigaction(SIGUSR1, &action, NULL);
    for (int i = 0; i < 4; i++) {
        printf("three: before %d\n", i);
        step();
        raise(SIGUSR1);
        printf("three: handled %d, sum %d\n", handled, sum);
    }
    free(stack.ss_sp);
    return 0;
}
