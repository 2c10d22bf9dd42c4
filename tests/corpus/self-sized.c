/* Variables that are named in their own initialisers, where nothing is evaluated, together with a call: also const ones, which are declared before the value is there. */
#include <stdlib.h>
#include "corpus.h"

struct node { long value; struct node *next; };

static void *zeroed(size_t count, size_t size)
{
    quiet((long)size);
    return calloc(count, size);
}

static long sized(size_t size) { return quiet((long)size); }

static long lengths(long n)
{
    struct node *first = zeroed(1, sizeof *first);
    struct node *const second = zeroed(1, sizeof(*second)), *const __restrict third = zeroed(2, sizeof *third);
    const struct node *fourth = zeroed(1, sizeof *fourth);
    const long length = sized(sizeof length) + n;

    first->next = second;
    second->next = third;
    second->value = note("length", length);
    third[1].value = note("size", sized(sizeof(*second)));
    note("sum", first->value + second->value + third->value + third[1].value + fourth->value);
    free(first);
    free(second);
    free(third);
    free((void *)fourth);
    return length;
}

int main(void)
{
    for (long i = 0; i < 3; i++)
        note("lengths", lengths(i));
    return finish();
}
