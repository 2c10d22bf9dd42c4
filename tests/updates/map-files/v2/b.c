#include "../../step.h"

static int total = 500;
static int tick(int n) { step(); return total += 2 * n; }

int second(int n)
{
    int t = tick(n);

    step();
    return t + 1;
}
