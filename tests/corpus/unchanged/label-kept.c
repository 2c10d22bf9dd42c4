/* The address of a label is kept, and the label is one of several of its name: none of them has an identity. */
/* warning: label-kept\.c.*an address of a label is used as a value, and __label__ */
#include "../corpus.h"

static void *resume[2];

static long steps(long n)
{
    long sum = 0;

    {
        __label__ here;
        if (resume[0])
            goto *resume[0];
        resume[0] = &&here;
        sum += note("first", n);
here:
        sum += note("second", n);
    }
    return sum;
}

int main(void)
{
    for (int i = 0; i < 4; i++)
        note("steps", steps(i));
    return finish();
}
