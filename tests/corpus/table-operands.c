#include "corpus.h"
#include <stdio.h>
#include <string.h>

/* A pointer that never holds anything but the address of another unit's function is kept nowhere: a site would record its place in the
 * global offset table, which a record cannot.  The same unit has a function with more live variables than there are registers. */
static int reversed(const char *a, const char *b)
{
    return strcmp(b, a);
}

static __attribute__((noinline)) long compare_all(const char *const *words, int count, int direction)
{
    int (*compare)(const char *, const char *) = direction > 0 ? strcmp : reversed;
    int (*always)(const char *, const char *) = strcmp;
    long sum = 0;

    for (int i = 1; i < count; i++) {
        note(words[i], compare(words[i - 1], words[i]) > 0);
        sum += quiet(always(words[i], words[i - 1]) > 0 ? i : -i);
    }
    return sum;
}

static __attribute__((noinline)) long many(long *a, long *b, long *c, long *d, long *e, long *f, long *g, long *h, long *i, long *j)
{
    long *k = a + 1, *l = b + 1, *m = c + 1, *n = d + 1, *o = e + 1, *p = f + 1, *q = g + 1, *r = h + 1;
    int (*compare)(const char *, const char *) = strcmp;
    long sum = 0, product = 1;

    for (int turn = 0; turn < 3; turn++) {
        note("turn", turn + compare("same", "same"));
        sum += *a + *b + *c + *d + *e + *f + *g + *h + *i + *j + *k + *l + *m + *n + *o + *p + *q + *r;
        product = product * (*k + turn) + (a - b) + (c - d) + (e - f) + (g - h) + (i - j);
        *a += turn;
        *r -= turn;
    }
    return sum + product;
}

int main(void)
{
    static const char *const words[] = { "one", "two", "three", "four", "five" };
    long x[16] = { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3 };

    note("up", compare_all(words, 5, 1));
    note("down", compare_all(words, 5, -1));
    note("many", many(x, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6, x + 7, x + 8, x + 9));
    return finish();
}
