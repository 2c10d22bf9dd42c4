/* What both units inline. */
#ifndef SHARED_H
#define SHARED_H
#include "../../step.h"

static inline int count_up(const char *who, int from, int to)
{
    static int calls;
    int sum = 0;

    calls++;
    for (int i = from; i < to; i++) {
        printf("one: %s %d of call %d\n", who, i, calls);
        step();
        sum += i;
    }
    return sum;
}

void show(const char *what, int n);

extern inline __attribute__((gnu_inline)) int scaled(int n)
{
    show("scaled", n);
    return n * 10;
}

inline int both(int n)
{
    int sum = 0;

    for (int i = 0; i < 2; i++) {
        show("both", n + i);
        sum += n + i;
    }
    return sum;
}
#endif
