/* Bit-fields: no address, reads and writes around calls, signed and unsigned, packed together with neighbours. */
#include "corpus.h"

struct flags { unsigned a : 3; signed b : 5; unsigned long c : 40; unsigned : 0; _Bool d : 1; unsigned char e : 7; };

static struct flags global;

static struct flags make(int seed)
{
    struct flags f = { .a = (unsigned)quiet(seed), .b = (int)quiet(seed) - 3, .c = (unsigned long)quiet(seed) << 33 };
    f.d = quiet(seed) != 0;
    f.e = (unsigned char)(seed * 11);
    return f;
}

static void show(const char *name, struct flags f)
{
    printf("%s: ", name);
    note("a", f.a), note("b", f.b), note("c", (long)f.c), note("d", f.d), note("e", f.e);
}

int main(void)
{
    struct flags local = make(5), *p = &global;

    show("made", local);
    local.a += (unsigned)note("add", 6);
    local.b -= (int)note("sub", 7);
    local.c |= (unsigned long)note("or", 1);
    local.e++;
    show("changed", local);
    p->a = local.b = (int)note("chained", -9);
    show("global", *p);
    note("value of assignment", local.a = (unsigned)note("too large", 13));
    for (p->a = 0; p->a < (unsigned)quiet(5); p->a++)
        note("loop", p->a);
    note("returned", make(6).b);
    note("post", p->e++ + quiet(0));
    local.d = (int)quiet(2) & 2;
    show("end", local);
    return finish();
}
