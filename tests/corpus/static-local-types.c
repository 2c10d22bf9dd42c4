/* Static locals of types, and with initialisers, that only their function knows. */
#include "corpus.h"

static long first(long n)
{
    enum { SIZE = 3 };
    struct try { long a, b; };
    typedef short number;
    static struct try table[] = {{1, 2}, {3, 4}}, *at = table;
    static number count = SIZE, list[SIZE];
    static struct try (*rows)[2] = &table;

    table[n % 2].a += note("a", table[1].a);
    list[n % SIZE] = (number)(quiet(4) + sizeof list + sizeof(table[0]));
    return at[1].a + count++ + list[n % SIZE] + note("b", (*rows)[0].b++);
}

static long second(long n)
{
    struct try { char c; double d; };
    static struct try table[] = {{'x', 1.5}};

    table[0].d += (double)note("c", table[0].c += (char)n);
    return (long)(table[0].d * 2);
}

int main(void)
{
    for (long i = 0; i < 3; i++) {
        note("first", first(i));
        note("second", second(i));
    }
    return finish();
}
