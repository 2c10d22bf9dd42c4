/* The address of a label is kept in a variable from call to call: it leads to that label in every version. */
#include "corpus.h"

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
