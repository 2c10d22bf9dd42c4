/* Three versions in a row: version 3 must not care whether version 2 was started or reached by a patch. */
#include "../step.h"

static int extra = 5;
static int count = 1;
static const char *word = "two";

static int next(void) { return count++; }

static void report(int n)
{
    printf("%s %d, extra %d\n", word, n, extra);
    extra = 5;
    step();
}

int main(void)
{
    int (*source)(void) = next;

    for (int i = 0; i < 9; i++)
        report(source());
    return 0;
}
