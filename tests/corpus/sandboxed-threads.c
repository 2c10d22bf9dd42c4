/* A program that allows itself less than it could do: its first thread comes afterwards.  What the kernel is asked for the runtime's sake
 * must have been asked before. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static int sandbox(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof code / sizeof *code, code };

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void *work(void *argument)
{
    int *sum = argument;

    for (int i = 0; i < 10; i++)
        *sum += i;
    return argument;
}

int main(void)
{
    pthread_t thread;
    int sum = 0;

    printf("sandboxed %d\n", sandbox());
    if (pthread_create(&thread, NULL, work, &sum) != 0 || pthread_join(thread, NULL) != 0)
        return 1;
    printf("sum %d\n", sum);
    return 0;
}
