/* A table of labels that can be written to changes: the running program has the old one, and new code would take it for the new one. */
#include "../step.h"

enum { END, ADD, DOUBLE };
static void *program[3];

static long run(long value, int prepare)
{
    static void *labels[] = { &&end, &&add, &&twice };
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
