/* Values of variables in terms of old ones, and code that runs before and after the data are converted. */
#include "../step.h"
#include <stdlib.h>

struct item { int n; };
static struct item items[4] = { { 3 }, { 1 }, { 4 }, { 1 } };
static int used = 2, capacity = 4, limit = 10;
static char *mode = "slow";
static struct item *last = items;

int main(void)
{
    for (int i = 0; i < 6; i++) {
        last->n++;
        if (last < &items[used])
            last++;
        used = used % capacity;
        step();
        printf("%d %d %d %s;\n", items[0].n, last->n, limit, mode);
        limit += used;
    }
    return 0;
}
