/* Elements of an initialiser are evaluated in their order in the object, however they are written. */
#include "corpus.h"

struct inner { int e, f; };
struct outer { int a, b; struct { int c; int d[3]; }; struct inner g; };

enum { FIRST, SECOND };

static void show(const struct outer *o)
{
    note("a", o->a), note("b", o->b), note("c", o->c), note("d", o->d[0] + 10 * o->d[1] + 100 * o->d[2]), note("g", o->g.e + 10 * o->g.f);
}

int main(void)
{
    struct outer x = { .b = (int)note("b", 1), .a = (int)note("a", 2) };
    struct outer y = { .g.f = (int)note("f", 1), .g.e = (int)note("e", 2), .d[2] = (int)note("d2", 3), .d[1] = (int)note("d1", 4), .a = (int)note("a", 5), .c = 6 };
    int elements[] = { [3] = (int)note("3", 1), [1] = (int)note("1", 2), [SECOND + 1] = (int)note("2", 3), [FIRST] = (int)note("0", 4) };
    int ranges[] = { [4 ... 5] = (int)note("4 to 5", 1), [1 ... 2] = (int)note("1 to 2", 2), [0] = (int)note("0", 3) };
    struct outer array[2] = { [1].a = (int)note("1.a", 1), [0] = { .b = (int)note("0.b", 2), .a = (int)note("0.a", 3) }, [1].b = (int)note("1.b", 4) };
    struct inner first = { (int)note("e", 7), .f = (int)note("f", 8) };

    show(&x);
    show(&y);
    show(&array[0]);
    show(&array[1]);
    show(&(struct outer){ .g = first, .b = (int)note("b", 1), .a = (int)note("a", 2) });
    for (int i = 0; i < 4; i++)
        note("element", elements[i]);
    for (int i = 0; i < 6; i++)
        note("range", ranges[i]);
    return finish();
}
