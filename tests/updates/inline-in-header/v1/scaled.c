#include "../../step.h"

void show(const char *what, int n)
{
    printf("one: %s %d\n", what, n);
    step();
}

int scaled(int n)
{
    show("scaled", n);
    return n * 10;
}
