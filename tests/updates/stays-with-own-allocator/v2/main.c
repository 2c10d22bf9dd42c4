#include "../../step.h"
#include <stdlib.h>

struct item { long n; struct item *next; };

int main(void)
{
    struct item *item = malloc(sizeof *item);

    item->n = 3;
    for (int i = 0; i < 3; i++) {
        printf("%ld\n", item->n++);
        step();
    }
    free(item);
    return 0;
}
