/* Signal handlers: raised in the middle of expressions and loops, a handler that calls much, one that longjmps. */
#include <setjmp.h>
#include <signal.h>
#include "corpus.h"

static volatile sig_atomic_t caught;
static sigjmp_buf back;

static long work(long n) { return quiet(n) + quiet(n + 1); }

static void handler(int number)
{
    for (int i = 0; i < 3; i++)
        caught += (int)work(i);
    note("handler", number == SIGUSR1);
}

static void jumper(int number)
{
    note("jumper", number == SIGUSR2);
    siglongjmp(back, 3);
}

static void with_info(int number, siginfo_t *info, void *context)
{
    note("info", info->si_signo == number && context != NULL);
}

int main(void)
{
    struct sigaction action = { .sa_sigaction = with_info, .sa_flags = SA_SIGINFO };

    signal(SIGUSR1, handler);
    signal(SIGUSR2, jumper);
    sigaction(SIGHUP, &action, NULL);
    for (int i = 0; i < 3; i++) {
        note("raise", raise(SIGUSR1) + work(i));
        note("caught", caught);
    }
    int how = sigsetjmp(back, 1);
    note("how", how);
    if (how == 0)
        raise(SIGUSR2);
    raise(SIGHUP);
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(SIGUSR1);
    note("blocked", caught);
    sigprocmask(SIG_SETMASK, &old, NULL);
    note("unblocked", caught);
    return finish();
}
