#include "../../step.h"

void show(const char *what, int n)
{
    printf("three: %s %d\n", what, n);
    step();
}

int scaled(int n)
{
    show("scaled", n);
    int result = n * 10;
    return result + (result < 0);
}
