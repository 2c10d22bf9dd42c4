/* processes.c - scenes of waiting for children and for signals; and of a handler's signal that ends a call. */
#include "scenes.h"
#include <poll.h>
#include <sys/wait.h>

/* A child that ends when the stage hand says so. */
static pid_t child;
static void make_child(void)
{
    child = fork();
    if (child == 0) {
        char c;

        _exit(read(pipes[0], &c, 1) == 1 ? 7 : 1);
    }
}
static void end_child(void)
{
    if (write(pipes[1], "x", 1) != 1)
        perror("write");
}
static bool play_wait(void)
{
    int status;

    make_child();
    return wait(&status) == child && WEXITSTATUS(status) == 7;
}
static bool play_waitpid(void)
{
    int status;

    make_child();
    return waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7;
}
static bool play_waitid(void)
{
    siginfo_t info;

    make_child();
    return waitid(P_PID, child, &info, WEXITED) == 0 && info.si_pid == child && info.si_status == 7;
}

static volatile sig_atomic_t handled;
static pthread_t player;
static void on_signal(int signal) { handled = signal; }
static void send_signal(void) { pthread_kill(player, SIGUSR1); }

static void handle(int flags)
{
    handled = 0;
    player = pthread_self();
    sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = on_signal, .sa_flags = flags }, NULL);
}
static bool play_pause(void)
{
    handle(SA_RESTART);
    return pause() == -1 && errno == EINTR && handled == SIGUSR1;
}
static bool play_sigsuspend(void)
{
    sigset_t set, old;

    handle(0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    bool right = sigsuspend(&old) == -1 && errno == EINTR && handled == SIGUSR1;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return right;
}
static bool play_sigwait(void)
{
    sigset_t set, old;
    int got = 0;

    player = pthread_self();
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    bool right = sigwait(&set, &got) == 0 && got == SIGUSR1;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return right;
}
static bool play_read_ended(void)
{
    char c;

    handle(0);
    return read(pipes[0], &c, 1) == -1 && errno == EINTR && handled == SIGUSR1;
}
static bool play_poll_ended(void)
{
    handle(SA_RESTART);
    return poll(NULL, 0, -1) == -1 && errno == EINTR && handled == SIGUSR1;
}
/* The signal comes, the read goes on, and gets what comes next. */
static void send_signal_and_byte(void)
{
    send_signal();
    usleep(20000);
    end_child();
}
static bool play_read_restarted(void)
{
    char c = 0;

    handle(SA_RESTART);
    return read(pipes[0], &c, 1) == 1 && c == 'x' && handled == SIGUSR1;
}

const struct scene scenes_of_processes[] = {
    { "wait", play_wait, end_child }, { "waitpid", play_waitpid, end_child }, { "waitid", play_waitid, end_child },
    { "pause", play_pause, send_signal }, { "sigsuspend", play_sigsuspend, send_signal }, { "sigwait", play_sigwait, send_signal },
    { "EINTR", play_read_ended, send_signal }, { "EINTR-poll", play_poll_ended, send_signal },
    { "SA_RESTART", play_read_restarted, send_signal_and_byte }, { NULL, NULL, NULL },
};
