/* A function of the program's own that has the name of setjmp, and no argument. */
/* warning: setjmp-without-buffer\.c:[0-9]+: warning: 'user' is not instrumented: setjmp without a buffer */
#include "../corpus.h"

long setjmp();

long setjmp() { return note("not setjmp", 1); }

static long user(long n)
{
    long sum = 0;

    while (n-- > 0)
        sum += setjmp() + quiet(1);
    return sum;
}

int main(void)
{
    note("sum", user(3));
    return finish();
}
