/* Types of heap objects change, and nothing remembers where they are; one of them has a union in it that changes. */
#include "../step.h"
#include <stdlib.h>

struct node { int n; struct node *next; };
union value { int i; float f; };
struct cell { union value value; };
static struct node *first;
static struct cell *cell;

int main(void)
{
    cell = calloc(1, sizeof *cell);
    for (int i = 0; i < 3; i++) {
        struct node *n = malloc(sizeof *n);

        n->n = i + cell->value.i;
        n->next = first;
        first = n;
        printf("%d\n", (int)first->n);
        step();
    }
    return 0;
}
