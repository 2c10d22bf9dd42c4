/* What both units inline. */
#ifndef SHARED_H
#define SHARED_H
#include "../../step.h"

static inline int count_up(const char *who, int from, int to)
{
    static int calls, others = 40;
    const int factor = 1;
    int sum = 0;

    calls++;
    others++;
    for (int i = from; i < to; i++) {
        printf("three: %s has %d in call %d\n", who, i, calls);
        step();
        sum += i * factor;
    }
    return sum;
}

void show(const char *what, int n);

extern inline __attribute__((gnu_inline)) int scaled(int n)
{
    show("scaled", n);
    int result = n * 10;
    return result + (result < 0);
}

inline int both(int n)
{
    int sum = 0;

    for (int i = 0; i < 2; i++) {
        show("both", n + i);
        sum += n;
        sum += i;
    }
    return sum;
}
#endif
