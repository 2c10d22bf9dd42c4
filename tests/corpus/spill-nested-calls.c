/* Calls inside calls inside operators: each result waits in a temporary while its siblings are computed. */
#include "corpus.h"

static long add(long a, long b) { return quiet(a) + quiet(b); }
static long sub(long a, long b) { return quiet(a) - quiet(b); }

static long three(long a, long b, long c) { return quiet(a) * 100 + quiet(b) * 10 + quiet(c); }

int main(void)
{
    long x = 7;

    note("nested", add(add(1, 2), sub(add(10, 20), add(3, 4))));
    note("operators", (add(x, 1) * add(x, 2) - add(x, 3)) / (quiet(2) + quiet(3)));
    note("arguments", three(add(1, 1), x, sub(9, add(2, 3))));
    note("with a variable", x + add(x, 1) + x);
    note("deep", add(1, add(2, add(3, add(4, add(5, add(6, x)))))));
    note("unary", -add(x, x) + !sub(x, x) + ~quiet(3));
    note("casts", (char)add(300, 45) + (unsigned char)add(255, 2) + (short)add(70000, 0));
    note("shift", (quiet(1) << quiet(5)) | (quiet(256) >> quiet(2)));
    note("compare", (add(1, 2) < sub(9, 1)) + (add(1, 2) == 3) * 2);
    for (int i = 0; i < 3; i++)
        note("in a loop", three(i, add(i, i), sub(i, 1) + 1) + add(i, x));
    return finish();
}
