/* Values of variables in terms of old ones, and code that runs before and after the data are converted. */
#include "../step.h"
#include <stdlib.h>

struct item { long spare; int n; };
static struct item items[4] = { { 0, 3 }, { 0, 1 }, { 0, 4 }, { 0, 1 } };
static int used = 2, size = 4;
static double limit = 10;
static int is_slow = 1, ready = 1;
static struct item *last = items, *end, *also = items;

int main(void)
{
    for (int i = 0; i < 6; i++) {
        last->n++;
        if (last < &items[used])
            last++;
        used = used % size;
        end = last;
        step();
        also = end;
        printf("%d %d %.0f %s.\n", items[0].n, also->n, limit, is_slow && ready ? "slow" : "fast");
        limit += used;
    }
    return 0;
}
