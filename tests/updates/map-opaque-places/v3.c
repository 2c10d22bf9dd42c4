/* Variables and locals that hold something else than before in the same bytes, or nothing that is meant to be a pointer: the map calls them opaque. */
#include "../step.h"

struct item { int n; };
static struct item item = { 1 };
static struct item *known = &item;
static void *handle;
static union { long l; void *p; } cookie = { 7 };

static void work(void *token)
{
    for (int i = 0; i < 5; i++) {
        union { long l; void *p; } mine = { (long)token };

        known->n++;
        handle = (char *)&item + 1;
        cookie.l++;
        step();
        mine.l += i;
        printf("%d; %ld %ld %d\n", (int)known->n, (long)cookie.l, (long)mine.l, (long)handle % 4 == 1);
    }
}

int main(void)
{
    work((void *)5);
    return 0;
}
