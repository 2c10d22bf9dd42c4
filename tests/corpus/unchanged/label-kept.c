/* The address of a label is kept in a variable: a restore clone has labels of its own, so the function has none. */
/* warning: label-kept\.c.*(label|resume) */
#include "../corpus.h"

static void *resume;

static long steps(long n)
{
    if (resume)
        goto *resume;
    resume = &&second;
    return note("first", n);
second:
    resume = &&third;
    return note("second", n);
third:
    resume = NULL;
    return note("third", n);
}

int main(void)
{
    for (int i = 0; i < 6; i++)
        note("steps", steps(i));
    return finish();
}
