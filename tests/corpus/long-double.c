/* long double (x87) and _Float128: live over calls, as arguments, results, array elements. */
/* flags: -lm */
#include "corpus.h"

static long double grow(long double x, int times)
{
    while (quiet(times--) > 0)
        x = x * 1.25L + 1 / 3.0L;
    return x;
}

static _Float128 grow128(_Float128 x, int times)
{
    for (int i = 0; i < times; i++)
        x = x * 1.25 + (_Float128)1 / (_Float128)(quiet(i) + 3);
    return x;
}

static void show(const char *name, long double x) { printf("%s %La\n", name, x); note(name, (long)(x * 1000000)); }

struct pair { long double a; char c; };
static struct pair make(long double a) { return (struct pair) { grow(a, 2), (char)quiet(5) }; }

int main(void)
{
    long double a = grow(1, 3), b = grow(a, 2), table[3];

    show("a", a);
    show("b", b);
    show("both", grow(a, 1) * b - grow(b, 1) / a);
    for (int i = 0; i < 3; i++)
        table[i] = grow(i, i) + a;
    show("table", table[0] + table[1] * table[2]);
    show("pair", make(2.5L).a + make(1).c);
    _Float128 q = grow128(1, 5);
    show("q", (long double)(q * grow128(q, 2)));
    a += quiet(3);
    a *= b -= quiet(1);
    show("compound", a);
    return finish();
}
