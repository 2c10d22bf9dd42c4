/* Unions: as locals, as results, punned, with members of several sizes, in structs, escaped. */
#include "corpus.h"

union number { long l; double d; unsigned char bytes[8]; struct { int low, high; } half; };
struct tagged { int tag; union { long integer; double real; const char *text; }; };

static union number make(long l) { union number n = { .l = quiet(l) }; return n; }

static long weigh(struct tagged *t)
{
    switch (t->tag) {
    case 0: return note("integer", t->integer);
    case 1: return (long)note_real("real", t->real);
    default: return note(t->text, (long)strlen(t->text));
    }
}

static long by_value(union number n) { n.half.low += (int)quiet(n.half.high); return n.l; }

int main(void)
{
    union number n = make(0x1122334455667788);
    struct tagged things[] = { { 0, .integer = 5 }, { 1, .real = 2.75 }, { 2, .text = "text" } };

    note("low", n.half.low);
    note("high", make(n.l).half.high);
    n.bytes[quiet(3)] = (unsigned char)quiet(0xee);
    note("bytes", n.l);
    n.d = quiet_real(1.5);
    note("punned", n.l);
    note("by value", by_value(n));
    for (int i = 0; i < 3; i++)
        weigh(&things[i]);
    union { float f; unsigned u; } pun = { .f = (float)quiet(3) };
    note("float bits", (long)pun.u);
    long *p = &n.l;
    *p = quiet(77);
    note("through a pointer", n.half.low);
    return finish();
}
