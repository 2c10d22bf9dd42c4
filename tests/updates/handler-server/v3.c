/* A server that does its work in a signal handler, with select interrupted below it, and another handler inside of that one. */
#include "../step.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>

static int requests;

static void alarm_in(int milliseconds)
{
    struct itimerval t = {{0, 0}, {0, milliseconds * 1000}};

    setitimer(ITIMER_REAL, &t, NULL);
}

static void inner(int number, siginfo_t *info, void *context)
{
    (void)context;
    for (int i = 0; i < 3; i++) {
        step();
        printf("last: inner %d of signal %d, code %d\n", i, number == SIGALRM, info->si_code > 0);
    }
}

static void serve(int number)
{
    int first = requests;
    struct sigaction action;

    for (int i = 0; i < 3; i++) {
        step();
        ++requests;
        printf("last: request %d of %d\n", requests, number == SIGALRM);
    }
    memset(&action, 0, sizeof action);
    action.sa_sigaction = inner;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGALRM, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    alarm_in(20);
    int result = sigsuspend(&none);
    printf("last: suspended %d, interrupted %d\n", result, errno == EINTR);
    printf("last: served %d\n", requests - first);
}

int main(void)
{
    sigset_t set;

    signal(SIGALRM, serve);
    alarm_in(20);
    struct timeval t = {60, 0};
    errno = 0;
    int result = select(0, NULL, NULL, NULL, &t);
    printf("last: select %d, interrupted %d, left %d\n", result, errno == EINTR, t.tv_sec >= 50 && t.tv_sec < 60);
    sigprocmask(SIG_BLOCK, NULL, &set);
    printf("last: blocked %d\n", sigismember(&set, SIGALRM));
    step();
    printf("last: %d requests\n", requests);
    return 0;
}
