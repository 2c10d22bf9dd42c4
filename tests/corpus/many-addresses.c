/* More locals with an address than there are registers: a clone reaches each of them through a pointer. */
#include "corpus.h"

static void add(long *to, long what) { *to += quiet(what); }

static long twenty(long n)
{
    long a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10;
    long k = 11, l = 12, m = 13, o = 14, p = 15, q = 16, r = 17, s = 18, t = 19, u = 20;
    long *all[] = {&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &o, &p, &q, &r, &s, &t, &u};

    for (long step = 0; step < n; step++)
        add(all[step % 20], *all[(step + 7) % 20]);
    return a + b * 2 + c + d * 3 + e + f + g + h * 5 + i + j + k + l + m + o * 7 + p + q + r + s + t + u;
}

int main(void)
{
    note("twenty", twenty(50));
    note("again", twenty(23));
    return finish();
}
