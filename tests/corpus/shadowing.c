/* Shadowed names: inner scopes, parameters, for-scopes, enumerators, typedef names as variables. */
#include "corpus.h"

typedef long number;
static long x = 1;

static long f(long x)
{
    note("parameter", x);
    {
        long x = 3;
        note("block", x);
        for (long x = 10; x < 12; x++) {
            note("for", x);
            {
                char x = 'a';
                note("inner", quiet(x));
                x++;
                note("inner", x);
            }
        }
        note("block", x);
        x = note("block assigned", x + 1);
        if (x) {
            extern int puts(const char *);
            struct x { long x; } x = { quiet(5) };
            note("struct", x.x);
        }
        note("block", x);
    }
    return note("parameter", x);
}

int main(void)
{
    number number = note("typedef name", 4);
    enum { y = 7 } z = y;

    note("global", x);
    note("f", f(2));
    { long note_ = note("underscore", number + z); (void)note_; long y = quiet(8); note("y", y); }
    note("y", y);
    { int checksum_ = (int)quiet(1), i = checksum_; { int i = (int)quiet(22); note("i", i); } note("i", i); }
    return finish();
}
