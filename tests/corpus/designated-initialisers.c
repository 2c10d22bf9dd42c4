/* Designated initialisers with calls: ranges, nesting, overriding, arrays of structs, strings. */
#include "corpus.h"

struct inner { int a, b[3]; const char *name; };
struct outer { struct inner one, many[2]; int last; };

static struct outer global = { .many[1] = { .b = { [1] = 5 }, .name = "global" }, .last = 3 };

static long weigh(const struct outer *o)
{
    long sum = o->last;

    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 3; k++)
            sum = sum * 3 + quiet(o->many[i].b[k]) + o->one.b[k];
    return sum + o->one.a;
}

int main(void)
{
    struct outer local = { .one.a = (int)quiet(4), .one.b[2] = (int)quiet(6), .many = { [1].b = { [0 ... 1] = 7 } } };
    int table[] = { [5] = (int)note("five", 55), [2] = 22, [3 ... 4] = 34 };
    int copies[4] = { (int)quiet(1), [2] = (int)quiet(3) };
    char text[][6] = { "one", { 't', 'w', 'o' }, [3] = "four" };
    struct { int x; struct { int y, z; }; union { int u; float f; }; } mixed = { 1, { .z = (int)quiet(3) }, .u = 9 };

    note("global", weigh(&global));
    note("local", weigh(&local));
    note("table size", (long)(sizeof table / sizeof table[0]));
    for (int i = 0; i < 6; i++)
        note("table", table[i]);
    for (int i = 0; i < 4; i++)
        note(text[i], copies[i]);
    note("mixed", mixed.x + mixed.y + mixed.z + mixed.u);
    struct outer copy = local, empty = { 0 };
    copy.last += (int)note("empty", weigh(&empty));
    note("copy", weigh(&copy));
    return finish();
}
