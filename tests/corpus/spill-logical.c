/* &&, || and ?: with calls in every operand: only what C says is evaluated, in the order C says. */
#include "corpus.h"

static int truth(const char *name, int value) { return (int)note(name, value); }

static long choose(int a, int b, int c)
{
    return truth("a", a) && truth("b", b) ? note("then", 1 + c) : note("else", 2 + c);
}

int main(void)
{
    for (int bits = 0; bits < 8; bits++) {
        int a = bits & 1, b = bits >> 1 & 1, c = bits >> 2;

        note("and-or", (truth("a", a) && truth("b", b)) || truth("c", c));
        note("or-and", (truth("a", a) || truth("b", b)) && truth("c", c));
        note("not", !(truth("a", a) && !truth("b", b)));
        note("choose", choose(a, b, c));
        note("nested ?:", truth("a", a) ? truth("b", b) ? 10 : note("n", 11) : truth("c", c) ? note("m", 12) : 13);
        note("mixed", (truth("a", a) && note("x", b)) + (quiet(c) || quiet(a)));
        if (truth("if", a) && (truth("b", b) || truth("c", c)))
            note("taken", bits);
        else if (!truth("else if", b))
            note("second", bits);
        int r = truth("elvis", a + b) ?: (int)note("default", 99);
        note("r", r);
    }
    void (*nothing)(void) = NULL;
    note("void ?:", (truth("v", 1) ? (void)note("left", 5) : (void)note("right", 6), 3));
    note("pointer &&", nothing && truth("never", 1));
    return finish();
}
