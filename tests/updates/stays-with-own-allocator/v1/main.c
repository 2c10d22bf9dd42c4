#include "../../step.h"
#include <stdlib.h>

struct item { int n; struct item *next; };

int main(void)
{
    struct item *item = malloc(sizeof *item);

    item->n = 3;
    for (int i = 0; i < 3; i++) {
        printf("%d\n", item->n++);
        step();
    }
    free(item);
    return 0;
}
