/* Two labels at one place in the old version part in the new one: which of them an address means cannot be told. */
#include "../step.h"

static void *program[3];

static long run(long value, int prepare)
{
    static const void *const labels[] = { &&add, &&stop, &&end };
    void **next = program;

    if (prepare) {
        for (int i = 0; i < 3; i++)
            program[i] = (void *)labels[i];
        return 0;
    }
    goto **next++;
add:
    value += 1;
    printf("added\n");
    goto **next++;
stop:
end:
    return value * 3;
}

int main(void)
{
    run(0, 1);
    for (int i = 0; i < 3; i++) {
        printf("value %ld\n", run(i, 0));
        step();
    }
    return 0;
}
