/* A label whose address the program keeps is gone: nobody knows what the address is to lead to. */
#include "../step.h"

enum { ADD, DOUBLE, END };
static void *program[3];

static long run(long value, int prepare)
{
    static const void *const labels[] = { &&add, &&twice, &&end };
    static const int codes[] = { ADD, DOUBLE, END };
    void **next = program;

    if (prepare) {
        for (int i = 0; i < 3; i++)
            program[i] = (void *)labels[codes[i]];
        return 0;
    }
    goto **next++;
add:
    value += 1;
    goto **next++;
twice:
    value *= 2;
    goto **next++;
end:
    return value;
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
