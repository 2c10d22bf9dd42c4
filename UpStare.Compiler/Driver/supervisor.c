/* The outer process of upstare-cc.  libclang can crash on odd input, and a stack can overflow: that must not stop a build.
   So all the work is done in a child, which is made before anything else runs; the parent waits for it and stands in when it
   crashes.  The child inherits a process in which .NET has not started and which has one thread, so this costs a fork and
   nothing else.

   In:  nothing.  Out: in the child, main as if nothing had been; in the parent, the child's end, or, if that was a crash, main
   with the signal's number in the environment (Supervisor.cs goes on from there). */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENDED_BY "UPSTARE_CC_ENDED_BY"

static int is_crash(int number)
{
    return number == SIGILL || number == SIGABRT || number == SIGBUS || number == SIGFPE || number == SIGSEGV;
}

/* A constructor, as main is .NET's. */
__attribute__((constructor)) static void supervise(void)
{
    const pid_t supervisor = getpid();
    unsetenv(ENDED_BY);
    const pid_t worker = fork();
    if (worker < 0)
        return; /* no process to be had: unsupervised is better than not at all */
    if (worker == 0) {
        /* A build that is broken off ends us, and we end the worker. */
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != supervisor)
            _exit(1);
        return;
    }

    int status;
    while (waitpid(worker, &status, 0) < 0) {
        if (errno != EINTR)
            _exit(1);
    }
    if (WIFEXITED(status))
        _exit(WEXITSTATUS(status));
    const int number = WTERMSIG(status);
    if (is_crash(number)) {
        char text[16];
        snprintf(text, sizeof text, "%d", number);
        setenv(ENDED_BY, text, 1);
        return;
    }
    signal(number, SIG_DFL);
    raise(number); /* whoever called us sees what happened */
    _exit(128 + number);
}
