/* Types that are declared inside functions: structs, unions, enums, typedefs, also with one name in two scopes. */
#include "corpus.h"

static long first(int n)
{
    typedef struct node { int value; struct node *next; } node;
    node c = { n + 2, NULL }, b = { n + 1, &c }, a = { n, &b };
    long sum = 0;

    for (node *p = &a; p; p = p->next)
        sum += note("node", p->value);
    return sum;
}

static long second(int n)
{
    struct node { double value; };
    enum kind { SMALL = 3, LARGE = 30 };
    struct node a = { n * 1.5 };
    enum kind kind = quiet(n) > 5 ? LARGE : SMALL;

    note_real("node", a.value);
    {
        struct node { char text[8]; } b = { "inner" };
        union { int i; char c[4]; } u = { .i = (int)quiet(0x01020304) };
        note("length", (long)strlen(b.text) + quiet(u.c[0]));
    }
    return kind + (long)a.value;
}

int main(void)
{
    typedef long (*function)(int);
    function functions[] = { first, second };

    for (int i = 0; i < 6; i++)
        note("result", functions[i % 2](i * 2));
    struct { int a; struct { int b, c; }; } anonymous = { (int)quiet(1), { 2, 3 } };
    note("anonymous", anonymous.a + anonymous.b * quiet(anonymous.c));
    return finish();
}
