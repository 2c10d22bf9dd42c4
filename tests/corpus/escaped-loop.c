/* Escaped locals of loop bodies and inner blocks: a new object per iteration, uninitialised again, at one place. */
#include "corpus.h"

static int *kept;

static int keep(int *p) { kept = p; return (int)quiet(*p); }

int main(void)
{
    long sum = 0;

    for (int i = 0; i < 5; i++) {
        int fresh = i * 3, table[4];
        int *p = &fresh;

        for (int k = 0; k < 4; k++)
            table[k] = keep(p) + k;
        *kept += (int)note("fresh", table[3]);
        {
            int *q = kept, inner[2] = { *q, fresh };
            sum += keep(&inner[1]) + keep(inner);
        }
        sum += note("kept", fresh);
        if (sum % 2)
            continue;
        struct { int *self; int v; } me;
        me.self = &me.v;
        me.v = (int)quiet(i);
        *me.self += 1;
        sum += note("self", me.v);
    }
again:;
    int jumped = (int)quiet(sum), *pj = &jumped;
    *pj += 1;
    if (sum++ % 3)
        goto again;
    note("jumped", jumped);
    return finish();
}
