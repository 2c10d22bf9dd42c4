/* A length of the map's that is not true: the array has fewer elements than it says. */
#include "../step.h"
#include <stdlib.h>

struct item { long n; };
static struct item *items;
static int room = 8;

int main(void)
{
    items = calloc(4, sizeof *items);
    for (int i = 0; i < 3; i++) {
        printf("%d %d\n", (int)items[i].n++, room);
        step();
    }
    free(items);
    return 0;
}
