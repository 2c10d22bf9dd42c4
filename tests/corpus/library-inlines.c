/* Inline functions of system headers that call back: they have no points, gcc inlines them, and what they call into them. */
#include <stdlib.h>
#include "corpus.h"
#include "library-inlines.h"

static long seen;

static inline int by_number(const void *a, const void *b)
{
    const int *x = a, *y = b;

    printf("%d and %d\n", *x, *y);
    seen += *x;
    return (*x > *y) - (*x < *y);
}

static inline long item(long x)
{
    printf("item %ld\n", x);
    return x + 1;
}

static long wrapped(long x) { return item(x * 2); }

int main(void)
{
    static const int numbers[] = { 1, 2, 3, 5, 8, 13, 21, 34 };

    for (int i = 0; i < 3; i++) {
        int wanted = numbers[i * 3], missing = 4 + i;
        const int *found = bsearch(&wanted, numbers, 8, sizeof numbers[0], by_number);
        note("found", found ? *found : -1);
        found = bsearch(&missing, numbers, 8, sizeof numbers[0], by_number);
        note("found", found ? *found : -1);
        note("ignores", ignores(item, i) + ignores(wrapped, i) * 10);
        note("always", ignores_always(item, i) + ignores_always(wrapped, i) * 10);
        note("after", after(item, i) + after(wrapped, i));
        note("always", after_always(item, i) + after_always(wrapped, i));
        note("several", several(item, i + 1) + several(wrapped, i));
    }
    note("seen", seen);
    return finish();
}
