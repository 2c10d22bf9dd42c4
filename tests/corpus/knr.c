/* K&R definitions, implicit int, calls without a prototype, promoted parameters. */
/* flags: -std=gnu89 -w */
#include "corpus.h"

static add(a, b)
    int a, b;
{
    return quiet((long)a) + b;
}

static long scale(c, f, s, p)
    char c;
    float f;
    short s;
    long *p;
{
    *p += (long)(quiet((long)c) * f) + s;
    c++;
    return quiet((long)c) + *p;
}

static defaulted(a, b, c)
    long b;
{
    return quiet((long)a) + quiet(b) * quiet((long)c);
}

main()
{
    auto i;
    register j = 3;
    long total = 5;

    for (i = 0; i < 4; i++)
        note("add", (long)add(i, j));
    note("scale", scale('A', 1.5, 7, &total));
    note("defaulted", (long)defaulted(2, 3L, 4));
    note("later", (long)later(20, 2.5));
    return finish();
}

later(n, d)
    double d;
{
    return quiet((long)n) * d;
}
