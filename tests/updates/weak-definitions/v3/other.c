#include "../../step.h"

int level = 3;

int greet(int n)
{
    printf("three: strong greet %d\n", n);
    step();
    return n;
}

static int real(int n)
{
    printf("three: real %d\n", n);
    step();
    return n;
}

int other(int n) __attribute__((alias("real")));

__attribute__((visibility("hidden"))) int twice(int n) { return n * 2; }
