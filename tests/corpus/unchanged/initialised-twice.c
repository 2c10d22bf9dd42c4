/* Of two values for one element gcc evaluates the last only. */
/* warning: initialised-twice\.c:[0-9]+: warning: 'member' is not instrumented: a call in an initialiser in which elements may be initialised twice */
/* warning: initialised-twice\.c:[0-9]+: warning: 'element' is not instrumented: a call in an initialiser in which elements may be initialised twice */
/* warning: initialised-twice\.c:[0-9]+: warning: 'of_union' is not instrumented: a call in an initialiser in which elements may be initialised twice */
#include "../corpus.h"

struct pair { int a, b; };

static void member(void) { struct pair p = { .a = (int)note("lost", 1), .b = 2, .a = (int)note("a", 3) }; note("a", p.a + p.b); }

static void element(void) { int e[] = { (int)note("lost", 1), (int)note("1", 2), [0] = (int)note("0", 3) }; note("elements", e[0] + 10 * e[1]); }

static void of_union(void) { union { int i; long l; } u = { .l = note("lost", 1), .i = (int)note("i", 2) }; note("i", u.i); }

int main(void)
{
    member();
    element();
    of_union();
    return finish();
}
