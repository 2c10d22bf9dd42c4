/* Jumps with and without a saved signal mask whose targets the old version set: from the depth, over frames that have been rebuilt, to inner and to
 * outer targets, and again after that. */
#include "../step.h"
#include <setjmp.h>
#include <signal.h>

static sigjmp_buf outer;
static jmp_buf inner;

static int blocked(int number)
{
    sigset_t set;

    sigprocmask(SIG_BLOCK, NULL, &set);
    return sigismember(&set, number);
}

static void block(int number)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static void dig(int depth, int to_outer)
{
    int here = depth * 3, *p = &here;

    printf("one: dig %d\n", *p);
    step();
    if (depth > 0) {
        dig(depth - 1, to_outer);
        printf("never %d\n", *p);
    }
    block(SIGUSR2);
    if (to_outer)
        siglongjmp(outer, 20 + here);
    longjmp(inner, 10 + here);
}

static int middle(int round)
{
    volatile int tries = 0;
    int how = setjmp(inner);

    printf("one: middle %d, tries %d, blocked %d %d\n", how, tries, blocked(SIGUSR1), blocked(SIGUSR2));
    step();
    if (tries++ < 2)
        dig(2, 0);
    dig(1, 1);
    return round;
}

int main(void)
{
    volatile int round = 0;

    block(SIGUSR1);
    int how = sigsetjmp(outer, 1);
    printf("one: outer %d, round %d, blocked %d %d\n", how, round, blocked(SIGUSR1), blocked(SIGUSR2));
    step();
    if (round++ < 2)
        middle(round);
    printf("one: end %d\n", round);
    return 0;
}
