/* Labels nearer to each other than a jump is long: there is no room to lead from the one to the new version. */
#include "../step.h"

static void *program[4];

static long run(long value, int prepare)
{
    static const void *const labels[] = { &&one, &&two, &&end };
    void **next = program;

    if (prepare) {
        for (int i = 0; i < 3; i++)
            program[i] = (void *)labels[i];
        return 0;
    }
    goto **next++;
one:
    __asm__ volatile ("nop");
two:
    __asm__ volatile ("nop");
    value++;
    goto **next++;
end:
    return value * 3;
}

int main(void)
{
    run(0, 1);
    program[3] = program[2];
    for (int i = 0; i < 3; i++) {
        printf("value %ld\n", run(i, 0));
        step();
    }
    return 0;
}
