/* Pointers to the ends of arrays inside of structs: in front of something of another type, and of elements that stay side by side. */
#include "../step.h"
#include <stdlib.h>

struct row { int cells[2]; long mark; };
struct part { char tag; int head[2], tail[2]; };
static struct row rows[2] = { { { 1, 2 }, 1000 }, { { 3, 4 }, 2000 } };
static struct part part = { 'p', { 5, 6 }, { 7, 8 } };
static int *ends[2], *tail;

static int sum(const int *p, const int *end)
{
    int total = 0;

    for (; p < end; p++)
        total += *p;
    return total;
}

int main(void)
{
    struct part *heap = malloc(sizeof *heap);
    int *end = heap->tail + 2;

    *heap = part;
    ends[0] = rows[0].cells + 2;
    ends[1] = rows[1].cells + 2;
    tail = part.tail;
    for (int i = 0; i < 5; i++) {
        step();
        rows[i % 2].cells[0]++;
        *tail += 10;
        heap->tail[1] += 100;
        printf("%d %d %d %d\n", sum(rows[0].cells, ends[0]), sum(rows[1].cells, ends[1]), sum(part.head, tail + 1), sum(heap->head, end));
    }
    return 0;
}
