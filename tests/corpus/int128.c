/* __int128: live over calls, as arguments and results, in structs, shifts, comparisons. */
#include "corpus.h"

typedef unsigned __int128 wide;
struct pair { __int128 a; long b; };

static wide multiply(wide a, unsigned long b) { quiet((long)(b & 15)); return a * b; }
static struct pair both(__int128 a, long b) { return (struct pair) { a + quiet(b), b }; }

static void show(const char *name, wide w)
{
    char digits[40], *p = digits + 39;

    *p = 0;
    do
        *--p = (char)('0' + (int)(w % 10));
    while (w /= 10);
    note(name, (long)strlen(p));
    puts(p);
}

int main(void)
{
    wide factorial = 1;
    __int128 negative = -1;

    for (int i = 1; i <= 30; i++)
        factorial = multiply(factorial, (unsigned long)i);
    show("30!", factorial);
    negative *= (__int128)1 << 100;
    negative += quiet(12345);
    show("negative", (wide)-negative);
    struct pair p = both(negative, 7);
    show("pair", (wide)(-p.a) + (wide)p.b);
    wide kept = factorial ^ (wide)negative;
    for (int i = 0; i < 4; i++)
        kept = kept >> quiet(3) | kept << (125);
    show("rotated", kept);
    note("compare", negative < quiet(0) && factorial > (wide)quiet(5));
    return finish();
}
