/* Nested functions are a GNU extension that the parser does not know: compiled unchanged, with a warning. */
/* warning: nested-function\.c.*not instrumented */
#include "../corpus.h"

static long apply(long (*f)(long), long x) { return f(x) + quiet(1); }

int main(void)
{
    long base = 100;
    long nested(long x) { return base++ + quiet(x); }

    for (int i = 0; i < 4; i++)
        note("nested", apply(nested, i));
    note("base", base);
    return finish();
}
