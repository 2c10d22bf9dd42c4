/* A library gives back what the program has allocated, and somebody else gets the memory: it is no object of the program any more. */
#include "../step.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct item { int n; struct item *next; char tail[24]; };
static struct item *first;
static char *notes[8];

static struct item *add(int n)
{
    struct item *item = malloc(sizeof *item);

    item->n = n;
    item->next = first;
    return item;
}

/* What a library does: it knows free and realloc by their names only. */
static void give_back(struct item *item)
{
    void (*release)(void *) = (void (*)(void *)) dlsym(RTLD_DEFAULT, "free");

    release(item);
}
static void grow(struct item *item)
{
    void *(*enlarge)(void *, size_t) = (void *(*)(void *, size_t)) dlsym(RTLD_DEFAULT, "realloc");

    give_back(enlarge(item, 2000));
}

int main(void)
{
    for (int i = 0; i < 6; i++) {
        struct item *lost = add(100 + i);
        char *note;

        first = add(i);
        if (i % 2)
            grow(lost);
        else
            give_back(lost);
        note = notes[i] = strdup("a note as long as an item, or nearly so");
        step();
        printf("%d %s %s\n", first->n + (first->next ? first->next->n : 0), note, notes[i / 2]);
    }
    return 0;
}
