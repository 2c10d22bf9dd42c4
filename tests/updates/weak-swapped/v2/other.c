#include "../../step.h"

int level = 3;

__attribute__((weak)) int greet(int n)
{
    printf("two: weak greet %d\n", n);
    step();
    return n;
}

static int real(int n)
{
    printf("two: real %d\n", n);
    step();
    return n;
}

int other(int n) __attribute__((alias("real")));

__attribute__((visibility("hidden"))) int twice(int n) { return n * 2; }
