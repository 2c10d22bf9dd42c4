/* Structs by value as arguments, in registers and on the stack, changed by the callee, taken by address there. */
#include "corpus.h"

struct ints { int a, b; };
struct reals { double a, b; };
struct big { long v[6]; };

static long sum_ints(struct ints s) { s.a += (int)quiet(s.b); return quiet(s.a) + s.b; }
static double sum_reals(struct reals r, double f) { double x = quiet_real(r.a); return x * r.b + f; }
static long change(struct big *b) { b->v[0] = quiet(b->v[5]); return b->v[0]; }
static long sum_big(struct big b, int from)
{
    long sum = change(&b);
    for (int i = from; i < 6; i++)
        sum += quiet(b.v[i]);
    return sum;
}
static long many(struct ints a, long b, struct big c, double d, struct reals e, long f, long g, long h, struct ints i)
{
    long first = sum_ints(a) + sum_ints(i);
    return first + b + c.v[3] + (long)d + (long)e.b + f + g + h + quiet(c.v[0]);
}

int main(void)
{
    struct ints pair = { 3, 4 };
    struct reals reals = { 1.5, 2.5 };
    struct big big = { { 1, 2, 3, 4, 5, 6 } };

    note("ints", sum_ints(pair));
    note("unchanged", pair.a);
    note_real("reals", sum_reals(reals, sum_reals(reals, 1.0)));
    note("big", sum_big(big, 0));
    note("unchanged", big.v[0]);
    note("many", many(pair, quiet(1), big, 2.0, reals, quiet(3), 4, quiet(5), (struct ints) { (int)quiet(6), 7 }));
    note("literal", sum_big((struct big) { .v = { [2] = quiet(9), [5] = quiet(8) } }, 1));
    return finish();
}
