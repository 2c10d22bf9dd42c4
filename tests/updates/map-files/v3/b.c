#include "../../step.h"

static int count = 500;
static int tick(int n) { step(); return count += 2 * n; }

int second(int n)
{
    int t = tick(n);

    step();
    return t + 1;
}
