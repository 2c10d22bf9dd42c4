/* Handlers on a stack of their own: small, used again by the next one, with points on it; what they have computed is right, and the program
 * goes on where it was. */
#define _GNU_SOURCE
#include "corpus.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#define SIZE 32768

static int on_it, handled;
static char *low;

static long down(int depth)
{
    char room[64];

    memset(room, depth, sizeof room);
    if (depth == 0)
        return (char *)&room >= low && (char *)&room < low + SIZE;
    return down(depth - 1) + quiet(room[depth]) - depth;
}

static void handler(int number)
{
    int before = errno;
    char here;

    on_it += &here >= low && &here < low + SIZE;
    for (int i = 0; i < 4; i++)
        handled += (int)(down(i) + quiet(i) - i);
    note("signal", number == SIGALRM || number == SIGUSR1);
    errno = before;
}

int main(void)
{
    stack_t stack = { .ss_size = SIZE }, old;
    struct sigaction action = { .sa_handler = handler, .sa_flags = SA_ONSTACK };
    struct itimerval soon = { { 0, 0 }, { 0, 2000 } };
    sigset_t blocked, none;

    low = stack.ss_sp = malloc(SIZE);
    sigaltstack(&stack, NULL);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGALRM, &action, NULL);
    for (int i = 0; i < 3; i++) {
        raise(SIGUSR1);
        note("handled", handled + quiet(i));
    }
    sigemptyset(&none);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    for (int i = 0; i < 3; i++) {
        setitimer(ITIMER_REAL, &soon, NULL);
        note("suspended", sigsuspend(&none) + quiet(1));
        note("interrupted", errno == EINTR);
    }
    sigaltstack(NULL, &old);
    note("stack", old.ss_sp == stack.ss_sp && old.ss_flags == 0);
    note("on it", on_it);
    return finish();
}
