/* Parameters declared as arrays are pointers: they are assigned, counted and kept like pointers. */
#include "corpus.h"

typedef long row[3];

static long show(const long *at, long value)
{
    note("at", *at);
    return quiet(value);
}

static long walk(long a[], row e, long m[2][3])
{
    long s = a[0] + show(a, 1);
    long first = *a++;
    s += first + show(e, e[1]);
    s += show(a, 2) + *(a = e);
    s += show(m[0], 3) + (*m++)[0];
    s += m[0][2] + show(m[0], 4) * (m--)[0][0];
    long *q = &e[show(a, 1)], *r = (a) + show(a, 2);
    (*q)++;
    *r += note("r", *r);
    return s + *q + *r + (quiet(0), e)[2];
}

static long registers(register row e, register long n)
{
    register long *p = e;
    while (n-- > 0)
        p[n] += note("element", e[n]);
    return e[0] + p[1];
}

int main(void)
{
    long a[] = {1, 2, 3}, m[2][3] = {{1, 2, 3}, {4, 5, 6}};
    row e = {10, 20, 30};

    note("walk", walk(a, e, m));
    note("registers", registers(e, 3));
    return finish();
}
