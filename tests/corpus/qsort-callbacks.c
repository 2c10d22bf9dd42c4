/* Callbacks that libc calls: qsort, bsearch, twalk: an update cannot take place under them and must wait. */
#include <search.h>
#include <stdlib.h>
#include "corpus.h"

struct item { int key; char name[12]; };

static int comparisons;

static int by_key(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    comparisons++;
    return (int)(quiet(x->key) - quiet(y->key));
}

static int by_name(const void *a, const void *b) { return strcmp(((const struct item *)a)->name, ((const struct item *)b)->name); }

static void visit(const void *node, VISIT which, int depth)
{
    if (which == postorder || which == leaf)
        note((*(struct item *const *)node)->name, depth);
}

int main(void)
{
    struct item items[12], wanted = { .key = 35 };
    void *tree = NULL;

    for (int i = 0; i < 12; i++) {
        items[i].key = i * 7 % 12 * 5;
        snprintf(items[i].name, sizeof items[i].name, "n%d", (int)quiet(i * 5 % 12));
    }
    for (int round = 0; round < 3; round++) {
        qsort(items, 12, sizeof items[0], round % 2 ? by_name : by_key);
        for (int i = 0; i < 12; i++)
            note(items[i].name, items[i].key);
    }
    struct item *found = bsearch(&wanted, items, 12, sizeof items[0], by_key);
    note(found ? found->name : "none", found ? found->key : -1);
    for (int i = 0; i < 12; i++)
        tsearch(&items[(i * 5) % 12], &tree, by_key);
    twalk(tree, visit);
    note("comparisons", comparisons);
    return finish();
}
