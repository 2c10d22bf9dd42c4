/* Allocators of the program's own are declared so; realloc, arrays that grow, free by pointer, memory of no type that holds no pointers to what moves. */
#include "../step.h"
#include <stdlib.h>
#include <string.h>
#include "../../../UpStare.Runtime.C/include/upstare.h"

struct item { const char *label; long weight; long price; };
struct bag { char *text; struct item *items; int room, count; double total; void (*drop)(void *); };

void *xmalloc(size_t size) UPSTARE_ALLOCATOR;
static void *xrealloc(void *p, size_t size) UPSTARE_ALLOCATOR;

void *xmalloc(size_t size)
{
    void *p = malloc(size);

    if (!p) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return p;
}

static void *xrealloc(void *p, size_t size)
{
    void *q = p ? realloc(p, size) : xmalloc(size);

    if (!q)
        exit(1);
    return q;
}

static struct bag *fill(struct bag *b, int n)
{
    for (int i = 0; i < n; i++) {
        if (b->count == b->room) {
            b->room = b->room ? 2 * b->room : 2;
            b->items = xrealloc(b->items, b->room * sizeof *b->items);
            memset(b->items + b->count, 0, (b->room - b->count) * sizeof *b->items);
        }
        step();
        b->items[b->count].label = i % 2 ? "odd" : "even";
        b->items[b->count++].weight = i;
    }
    return b;
}

int main(void)
{
    struct bag *bags[2];
    void *scratch = malloc(100);

    memset(scratch, 7, 100);
    for (int i = 0; i < 2; i++) {
        bags[i] = xmalloc(sizeof *bags[i]);
        memset(bags[i], 0, sizeof *bags[i]);
        bags[i]->drop = free;
        bags[i]->text = realloc(NULL, 20);
        strcpy(bags[i]->text, i ? "second" : "first");
    }
    for (int round = 0; round < 4; round++) {
        struct bag *b = fill(bags[round % 2], 3);
        long sum = 0;

        for (struct item *p = b->items; p < b->items + b->count; p++)
            sum += p->weight;
        step();
        printf("%s: %d %ld %s %d\n", b->text, b->count, sum, b->items[b->count - 1].label, ((char *)scratch)[50]);
    }
    for (int i = 0; i < 2; i++) {
        bags[i]->drop(bags[i]->items);
        bags[i]->drop(bags[i]->text);
        step();
        bags[i]->drop(bags[i]);
        printf("freed %d\n", i);
    }
    free(scratch);
    return 0;
}
