/* A handler on a stack of its own changes: the update waits until it has returned, and the next signal is the new version's. */
#define _GNU_SOURCE
#include "../step.h"
#include <signal.h>
#include <stdlib.h>

static int handled, sum;

static int mixed(int n)
{
    int parts[4];

    for (int i = 0; i < 4; i++)
        parts[i] = n + i;
    return parts[n & 3];
}

static void handler(int number, siginfo_t *info, void *context)
{
    stack_t now;

    (void)context;
    sigaltstack(NULL, &now);
    printf("one: handler, on its stack %d, signal %d\n", (now.ss_flags & SS_ONSTACK) != 0, number == SIGUSR1 && info->si_signo == number);
    for (int i = 0; i < 2; i++) {
        step();
        sum += mixed(i + handled);
        printf("one: in the handler %d\n", i);
    }
    handled++;
}

int main(void)
{
    stack_t stack = { .ss_size = 65536 };
    struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_ONSTACK | SA_SIGINFO };

    stack.ss_sp = malloc(stack.ss_size);
    sigaltstack(&stack, NULL);
    sigaction(SIGUSR1, &action, NULL);
    for (int i = 0; i < 4; i++) {
        printf("one: before %d\n", i);
        step();
        raise(SIGUSR1);
        printf("one: handled %d, sum %d\n", handled, sum);
    }
    free(stack.ss_sp);
    return 0;
}
