/* setjmp in two frames, longjmp over several frames to either; the buffers are used again and again. */
#include <setjmp.h>
#include "corpus.h"

static jmp_buf outer, inner;

static void dig(int depth, int where)
{
    note("dig", depth);
    if (depth > 0)
        dig(depth - 1, where);
    else if (where == 1)
        longjmp(inner, (int)quiet(11));
    else if (where == 2)
        longjmp(outer, (int)quiet(22));
    quiet(depth);
}

static long middle(int where)
{
    volatile long tries = 0;
    int how = setjmp(inner);

    note("middle", how);
    if (++tries < 3 && where == 1)
        dig(3, 1);
    else
        dig(2, where == 1 ? 0 : where);
    return note("tries", tries);
}

/* What setjmp has returned is in use while others are called. */
static long summed(void)
{
    int result = setjmp(inner) + 2 * (int)quiet(4);

    note("summed", result);
    if (result == 8)
        dig(2, 1);
    return result;
}

int main(void)
{
    volatile int round = 0;
    long total;

    switch (setjmp(outer)) {
    case 0:
        note("direct", 0);
        break;
    case 22:
        note("from below", round);
        break;
    default:
        note("impossible", 1);
    }
    total = note("round", ++round);
    if (round < 4)
        total += middle(round);
    else
        total += middle(0);
    if (round < 4) {
        round = round + 1;
        if (setjmp(outer) == 0)
            middle(2);
        note("second buffer", round);
    }
    note("summed", summed());
    note("total", total);
    return finish();
}
