/* Handlers that are at work for long: they interrupt blocking calls, begin others, are interrupted by each other, are left by a jump, and go
 * on; what the kernel tells them, what the program asks about them, and how each call ends. */
#define _GNU_SOURCE
#include "corpus.h"
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int pipe_ends[2], depth, deepest;
static volatile sig_atomic_t due;
static sigjmp_buf out;

/* From now on alarms come, the first of which is to be handled: if that finds no call to interrupt, another will. */
static void soon(void)
{
    struct itimerval t = {{0, 4000}, {0, 3000}};

    due = 1;
    setitimer(ITIMER_REAL, &t, NULL);
}

static void no_more(void)
{
    struct itimerval none = {{0, 0}, {0, 0}};

    setitimer(ITIMER_REAL, &none, NULL);
}

static int is_due(void)
{
    int was = due;

    due = 0;
    return was;
}

static int blocked(int signal)
{
    sigset_t set;

    sigprocmask(SIG_BLOCK, NULL, &set);
    return sigismember(&set, signal);
}

/* Calls and loops, so that there are points. */
static int work(int n)
{
    int sum = 0;

    for (int i = 0; i < n; i++)
        sum += (int)strlen("abc") + depth;
    return sum;
}

static void plain(int number)
{
    if (!is_due())
        return;
    int local = work(3);

    depth++;
    printf("plain: signal %d, %d, blocked %d, errno %d\n", number == SIGALRM, local, blocked(SIGALRM), errno == EINTR);
    depth--;
    errno = 0;
}

static void writes(int number)
{
    char text[] = "late";

    if (!is_due())
        return;
    work(2);
    if (write(pipe_ends[1], text, sizeof text) != sizeof text)
        printf("writes: failed for %d\n", number);
}

static void told(int number, siginfo_t *info, void *context)
{
    char text[16];

    work(2);
    snprintf(text, sizeof text, "code %d", info->si_code == SI_KERNEL);
    work(2);
    printf("told: %d, %s, context %d, number %d\n", info->si_signo == number, text, context != NULL, number == SIGALRM);
}

static void nests(int number)
{
    if (!is_due())
        return;
    int mine = ++depth, result;
    sigset_t none;

    if (depth > deepest)
        deepest = depth;
    work(1);
    if (depth < 4) {
        soon();
        sigemptyset(&none);
        result = sigsuspend(&none);
        printf("nests: %d, suspended %d, errno %d\n", mine, result, errno == EINTR);
    }
    work(1);
    printf("nests: %d of %d, signal %d\n", mine, deepest, number == SIGALRM);
    depth--;
}

static void jumps(int number)
{
    if (!is_due())
        return;
    work(2);
    printf("jumps: %d\n", number == SIGALRM);
    siglongjmp(out, 7);
}

static void child_done(int number)
{
    int status = 0;

    work(1);
    pid_t pid = waitpid(-1, &status, WNOHANG);
    printf("child: %d, status %d, signal %d\n", pid > 0, WEXITSTATUS(status), number == SIGCHLD);
}

static void set(int signal, void (*handler)(int), int flags)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(signal, &action, NULL);
}

static void interrupted_calls(void)
{
    struct pollfd one = {.fd = pipe_ends[0], .events = POLLIN};
    struct timespec t = {20, 0}, left = {0, 0};
    fd_set in;
    char c;
    int sockets[2];

    set(SIGALRM, plain, 0);
    soon();
    int result = poll(&one, 1, 20000);
    printf("poll %d, %d\n", result, errno);
    FD_ZERO(&in);
    FD_SET(pipe_ends[0], &in);
    soon();
    result = select(pipe_ends[0] + 1, &in, NULL, NULL, NULL);
    printf("select %d\n", result);
    soon();
    result = nanosleep(&t, &left);
    printf("nanosleep %d, left %d\n", result, left.tv_sec >= 15 && left.tv_sec < 20);
    soon();
    result = (int)read(pipe_ends[0], &c, 1);
    printf("read %d\n", result);
    socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
    soon();
    result = (int)recv(sockets[0], &c, 1, 0);
    printf("recv %d\n", result);
    soon();
    printf("pause %d\n", pause());
    close(sockets[0]);
    close(sockets[1]);
}

static void restarted_calls(void)
{
    char text[8] = "";
    int sockets[2];

    set(SIGALRM, writes, SA_RESTART);
    soon();
    int result = (int)read(pipe_ends[0], text, sizeof text);
    printf("read %d, %s\n", result, text);
    soon();
    result = (int)read(pipe_ends[0], text, 2);
    printf("read %d, then %d\n", result, (int)read(pipe_ends[0], text + 2, 3));
    socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
    if (fork() == 0) {
        usleep(10000);
        _exit(write(sockets[1], "ab", 2) == 2 ? 3 : 4);
    }
    signal(SIGALRM, plain);
    soon();
    result = (int)recv(sockets[0], text, 8, 0);
    no_more();
    printf("recv %d\n", result);
    result = wait(&deepest) > 0;
    printf("wait %d, %d\n", result, WEXITSTATUS(deepest));
    deepest = 0;
}

static void nested_handlers(void)
{
    sigset_t none;

    set(SIGALRM, nests, SA_NODEFER);
    sigemptyset(&none);
    soon();
    printf("sigsuspend %d\n", sigsuspend(&none));
    printf("deepest %d, now %d\n", deepest, depth);
}

static void left_by_a_jump(void)
{
    volatile int count = 0;

    set(SIGALRM, jumps, 0);
    int result = sigsetjmp(out, 1);
    printf("jumped %d, %d, blocked %d\n", result, count, blocked(SIGALRM));
    if (count++ < 3) {
        soon();
        for (;;)
            pause();
    }
}

/* Only while a call waits with an empty mask. */
static void let_in(int signal)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static void what_is_told(void)
{
    struct sigaction action, old;
    sigset_t empty;

    sigemptyset(&empty);
    signal(SIGALRM, SIG_IGN);
    signal(SIGALRM, jumps);
    memset(&action, 0, sizeof action);
    action.sa_sigaction = told;
    action.sa_flags = SA_SIGINFO | SA_RESETHAND;
    sigaction(SIGALRM, &action, &old);
    printf("before: jumps %d, restarts %d\n", old.sa_handler == jumps, (old.sa_flags & SA_RESTART) != 0);
    sigaction(SIGALRM, NULL, &old);
    printf("set: told %d, flags %d\n", old.sa_sigaction == told, (old.sa_flags & SA_SIGINFO) != 0);
    let_in(SIGALRM);
    struct itimerval once = {{0, 0}, {0, 3000}};
    setitimer(ITIMER_REAL, &once, NULL);
    printf("suspended %d\n", sigsuspend(&empty));
    sigaction(SIGALRM, NULL, &old);
    printf("reset: default %d\n", old.sa_handler == SIG_DFL);
    printf("signal: default %d\n", signal(SIGALRM, plain) == SIG_DFL);
    printf("signal: plain %d\n", signal(SIGALRM, SIG_IGN) == plain);
    printf("signal: ignored %d\n", signal(SIGALRM, writes) == SIG_IGN);
    printf("kill's: %d, %d\n", signal(SIGKILL, plain) == SIG_ERR, signal(SIGALRM, plain) == writes);
}

static void a_child_ends(void)
{
    sigset_t empty;

    sigemptyset(&empty);
    let_in(SIGCHLD);
    signal(SIGCHLD, child_done);
    if (fork() == 0) {
        usleep(3000);
        _exit(5);
    }
    printf("ppoll %d\n", ppoll(NULL, 0, NULL, &empty));
}

int main(void)
{
    if (pipe(pipe_ends) != 0)
        return 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    interrupted_calls();
    restarted_calls();
    nested_handlers();
    left_by_a_jump();
    no_more();
    what_is_told();
    a_child_ends();
    return 0;
}
