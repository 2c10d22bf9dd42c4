/* count.c - count PROGRAM: which system calls it makes between its first and its second getppid, and how often.  One line each:
 * number and count. */
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS 512
#define RESTARTED -513 /* ERESTARTNOINTR: a signal came (here SIGCHLD, during fork), and the kernel begins the call again */

int main(int count, char **arguments)
{
    static unsigned counts[CALLS];
    int status, marks = 0, entering = 1, pass = 0;
    struct user_regs_struct registers;

    if (count < 2)
        return 1;
    pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execv(arguments[1], arguments + 1);
        _exit(1);
    }
    waitpid(child, &status, 0);
    ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    for (;;) {
        ptrace(PTRACE_SYSCALL, child, 0, pass);
        if (waitpid(child, &status, 0) < 0 || WIFEXITED(status) || WIFSIGNALED(status))
            break;
        pass = WSTOPSIG(status) == (SIGTRAP | 0x80) || WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
        if (WSTOPSIG(status) != (SIGTRAP | 0x80))
            continue;
        ptrace(PTRACE_GETREGS, child, 0, &registers);
        if (entering && registers.orig_rax == SYS_getppid)
            marks++;
        else if (entering && marks == 1 && registers.orig_rax < CALLS)
            counts[registers.orig_rax]++;
        else if (!entering && marks == 1 && registers.orig_rax < CALLS && (long)registers.rax == RESTARTED)
            counts[registers.orig_rax]--;
        entering = !entering;
    }
    for (int i = 0; i < CALLS; i++)
        if (counts[i] > 0)
            printf("%d %u\n", i, counts[i]);
    return marks == 2 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
