/* Three versions in a row: version 3 must not care whether version 2 was started or reached by a patch. */
#include "../step.h"

static int count = 1;
static int extra = 6;
static int spare = 8;
static const char *word = "three";

static int next(void) { return count++; }

static void report(int n)
{
    static int reports = 100;

    printf("THREE %d, %s, spare %d, %s\n", n, extra == 5 || extra == 6 ? "extra" : "?", spare, reports++ >= 100 ? "yes" : "no");
    (void)word;
    step();
}

int main(void)
{
    int (*source)(void) = next;

    for (int i = 0; i < 9; i++)
        report(source());
    return 0;
}
