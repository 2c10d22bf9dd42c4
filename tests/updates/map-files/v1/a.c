#include "../../step.h"

static int count = 10;
static int tick(int n) { step(); return count += n; }

int first(int n)
{
    int t = tick(n);

    step();
    return t;
}
