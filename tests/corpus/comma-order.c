/* gcc takes commas out of arithmetic before it does anything else: what stands before them comes first, whichever operand it is in. */
#include "corpus.h"

static int counter;

__attribute__((noinline)) static int count(int n)
{
    counter += n;
    return (int)note("count", n);
}

int main(void)
{
    note("right", count(1) + (count(2), counter));
    note("both", (count(3), counter) * (count(4), count(5)));
    note("deep", count(6) - (count(7) ^ (count(8), counter)));
    note("assigned", count(9) + (counter = 3, count(counter)));
    note("compared", count(1) < (count(2), counter));
    note("not in a condition", count(1) ? count(0) || (count(2), counter) : 3);
    note("variable", (counter, counter) * (count(10) ^ counter));
    return finish();
}
