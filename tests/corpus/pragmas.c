/* Pragmas inside functions: they change what follows, wherever points are. */
#include "corpus.h"

static long packed(long n)
{
    long sum = 0;
#pragma pack(push, 1)
    struct { char c; long l; } tight = {(char)note("c", n), n * 1000};
#pragma pack(pop)
    struct { char c; long l; } loose = {(char)quiet(n), n};

    sum += note("tight", (long)sizeof tight) + note("loose", (long)sizeof loose);
    {
#pragma pack(2)
        struct { char c; int i; } two = {1, (int)note("two", n)};
        sum += note("two", (long)sizeof two) + two.i;
#pragma pack()
    }
    return sum + tight.l + loose.l;
}

static long loops(long n)
{
    long table[16], sum = 0;

#pragma GCC ivdep
    for (int i = 0; i < 16; i++)
        table[i] = i * n;
#pragma GCC unroll 4
    for (int i = (int)quiet(0); i < 16; i++)
        sum += note("element", table[i]);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-variable"
    if (quiet(n)) {
        int unused;
        sum += quiet(2);
    }
#pragma GCC diagnostic pop
    return sum;
}

int main(void)
{
    note("packed", packed(3));
    note("loops", loops(2));
    return finish();
}
