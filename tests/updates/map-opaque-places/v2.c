/* Variables and locals that hold something else than before in the same bytes, or nothing that is meant to be a pointer: the map calls them opaque. */
#include "../step.h"

struct item { long spare, n; };
static struct item item = { 0, 1 };
static struct item *known = &item;
static unsigned long handle;
static union { double d; long l; void *p; } cookie = { .l = 7 };

static void work(long token)
{
    for (int i = 0; i < 5; i++) {
        struct { long l; } mine = { token };

        known->n++;
        handle = (unsigned long)&item + 1;
        cookie.l++;
        step();
        mine.l += i;
        printf("%d: %ld %ld %d\n", (int)known->n, (long)cookie.l, (long)mine.l, (long)handle % 4 == 1);
    }
}

int main(void)
{
    work(5);
    return 0;
}
