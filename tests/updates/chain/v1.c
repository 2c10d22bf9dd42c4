/* Three versions in a row: version 3 must not care whether version 2 was started or reached by a patch. */
#include "../step.h"

static int count = 1;
static int spare = 7;

static int next(void) { return count++; }

static void report(int n)
{
    printf("one %d\n", n);
    step();
}

int main(void)
{
    int (*source)(void) = next;

    for (int i = 0; i < 9; i++)
        report(source() + spare * 0);
    return 0;
}
