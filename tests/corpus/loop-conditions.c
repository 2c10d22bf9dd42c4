/* Calls in the conditions, steps and initialisers of every kind of loop, with break and continue. */
#include "corpus.h"

static int budget;

static int more(const char *what) { return note(what, --budget) > 0; }

int main(void)
{
    budget = 4;
    while (more("while"))
        note("body", budget);

    budget = 4;
    do {
        if (budget == 3)
            continue;
        note("body", budget);
    } while (more("do"));

    budget = 5;
    for (long i = note("init", 1); more("for") && i < 100; i += note("step", i)) {
        if (quiet(i) == 2)
            continue;
        if (i > 6)
            break;
        note("body", i);
    }

    budget = 3;
    for (;;) {
        if (!more("endless"))
            break;
        for (int k = 0; k < quiet(4); k++) {
            if (quiet(k) == 1)
                continue;
            if (quiet(k) == 3)
                break;
            note("inner", k);
        }
    }

    for (int a = 0, b = (int)quiet(6); quiet(a) < quiet(b); a++, b--)
        note("two variables", a * 10 + b);

    int n = 27, steps = 0;
    while (n != 1) {            /* no call at all: a continuation point of its own */
        n = n % 2 ? 3 * n + 1 : n / 2;
        steps++;
    }
    note("collatz", steps);

    unsigned sum = 0;
    for (int i = 0; i < 1000; i++)   /* counted and innermost */
        sum += (unsigned)i * 7u;
    note("counted", sum);

    int x = 0;
    do x++; while (x < quiet(3));
    note("do without braces", x);
    return finish();
}
