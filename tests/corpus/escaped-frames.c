/* Escaped locals: addresses in callees' frames, in globals, in the heap; members, elements, parameters. */
#include <stdlib.h>
#include "corpus.h"

struct node { int value; struct node *next; };
struct context { int depth; struct { int hits[3]; } *stats; };

static int *global_pointer;
static struct node *list;
static int **heap;

static void poke(int *p, int by) { *p += (int)quiet(by); }

static long chain(int depth, struct node *above)
{
    struct node here = { depth, above };
    long sum = 0;

    list = &here;
    if (depth > 0)
        sum = chain(depth - 1, &here);
    else
        for (struct node *n = list; n; n = n->next) {
            n->value += (int)quiet(n->value);
            sum += note("node", n->value);
        }
    return sum + here.value;
}

static int parameter(int p, int q)
{
    global_pointer = &p;
    poke(global_pointer, 3);
    int *other = &q;
    poke(other, *global_pointer);
    return p * 100 + q;
}

static long through_heap(void)
{
    int a = 1, b = 2, array[5] = { 1, 2, 3, 4, 5 };

    heap = malloc(3 * sizeof *heap);
    heap[0] = &a, heap[1] = &b, heap[2] = &array[3];
    for (int i = 0; i < 3; i++)
        poke(heap[i], 10 * (i + 1));
    *heap[quiet(1)] += a;
    long sum = a + b * 10 + array[3] * 100;
    free(heap);
    return note("heap", sum);
}

static long members(void)
{
    struct context c = { .depth = 3 };
    __typeof__(*c.stats) stats = { { 0 } };
    int *hit;

    c.stats = &stats;
    for (int i = 0; i < 9; i++) {
        hit = &c.stats->hits[quiet(i) % c.depth];
        poke(hit, i);
    }
    return stats.hits[0] + stats.hits[1] * 10 + stats.hits[2] * 100;
}

static void swap(int *a, int *b) { int t = *a; quiet(t); *a = *b; *b = t; }

int main(void)
{
    int x = 3, y = 4, *px = &x, **ppx = &px;
    char text[16] = "escape";

    note("chain", chain(6, NULL));
    note("parameter", parameter(5, 6));
    note("heap", through_heap());
    note("members", members());
    swap(&x, &y);
    note("swapped", x * 10 + y);
    *ppx = &y;
    poke(*ppx, 40);
    note("through two", *px + x);
    for (char *p = text; *p; p++)
        *p = (char)(*p - 32 + quiet(0));
    puts(text);
    int late;
    int *plate = &late;
    note("not yet set", quiet(1));
    *plate = 5;
    note("late", late);
    return finish();
}
