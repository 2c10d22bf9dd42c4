/* A pointer leads to an object of a changed type in memory of which UpStare knows only that it holds characters. */
#include "../step.h"

struct item { int n; };
static char pool[64];
static struct item *item, other;

int main(void)
{
    item = (struct item *)pool;
    for (int i = 0; i < 3; i++) {
        printf("%d %d\n", item->n++, other.n);
        step();
    }
    return 0;
}
