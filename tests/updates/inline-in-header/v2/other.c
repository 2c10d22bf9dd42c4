#include "shared.h"

extern inline int both(int n);

int other(int n)
{
    return count_up("other", n, n + 2) + scaled(n) + both(n + 1);
}
