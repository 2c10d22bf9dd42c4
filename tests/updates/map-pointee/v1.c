/* Pointers to anything lead to structs whose first field moves: the map says to which, and that the struct is meant. */
#include "../step.h"
#include <stdlib.h>

struct job { int number; int uses; };
struct node { void *data; struct node *next; };
struct table { int used; void **slots; };

static struct job jobs[3] = { { 1, 0 }, { 2, 0 }, { 3, 0 } };
static void *current = &jobs[1];
static struct node last = { &jobs[2], 0 }, first = { &jobs[0], &last };
static void *places[2] = { &jobs[0], &jobs[1] };
static struct table table = { 2, places };
static char *bytes = (char *)&jobs[0];

static void visit(void *argument)
{
    for (int i = 0; i < 2; i++) {
        step();
        ((struct job *)argument)->uses++;
        ((struct job *)current)->number += 10;
        printf("%d.%d %d.%d %d.%d", (int)jobs[0].number, (int)jobs[0].uses, (int)jobs[1].number, (int)jobs[1].uses, (int)jobs[2].number, (int)jobs[2].uses);
        printf(" %d", ((struct job *)table.slots[i])->number == jobs[i].number && (struct job *)bytes == jobs);
        printf("\n");
    }
}

int main(void)
{
    struct node *heap = malloc(sizeof *heap);

    heap->data = &jobs[2];
    heap->next = &first;
    for (struct node *node = heap; node; node = node->next)
        visit(node->data);
    return 0;
}
