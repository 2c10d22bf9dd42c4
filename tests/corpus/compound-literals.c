/* Compound literals: as arguments, with their address taken, modified, in loops, at file scope, arrays. */
#include "corpus.h"

struct point { int x, y; };

static int *file_scope = (int[]) { 1, 2, 3 };

static long sum(const struct point *p, int n)
{
    long total = 0;

    for (int i = 0; i < n; i++)
        total += quiet(p[i].x) * 10 + p[i].y;
    return total;
}

static struct point *shift(struct point *p, int by) { p->x += (int)quiet(by); return p; }

int main(void)
{
    struct point *kept = &(struct point) { 1, 2 };

    note("argument", sum(&(struct point) { 3, (int)quiet(4) }, 1));
    note("array", sum((struct point[]) { { 1, 2 }, { 3, 4 }, { (int)quiet(5), 6 } }, 3));
    note("modified", shift(&(struct point) { 7, 8 }, 3)->x);
    shift(kept, 10);
    note("kept", kept->x);
    for (int i = 0; i < 3; i++) {
        int *p = (int[2]) { i, (int)quiet(i + 1) };
        p[0] += (int)note("literal", p[1]);
        note("in a loop", p[0]);
    }
    *kept = (struct point) { .y = (int)quiet(9) };
    note("assigned", kept->x * 10 + kept->y);
    file_scope[quiet(1)] += 5;
    note("file scope", file_scope[1]);
    puts((char[]) { 't', 'e', 'x', 't', 0 });
    return finish();
}
