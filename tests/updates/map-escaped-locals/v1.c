/* Locals of the new version whose address is known elsewhere, and of which the old one has nothing: they get storage of their own, with what the map or
 * their initialiser says. An old local that is not used any more counts as well, if it can hold one value only. */
#include "../step.h"

struct item { int n; struct item *next; };
static struct item items[2] = { { 10, 0 }, { 20, items } };

static int work(int rounds, int scale)
{
    int first = 7, total = 0;
    struct item *item = &items[1];

    printf("%d %d\n", first, scale);
    for (int i = 0; i < rounds; i++) {
        step();
        total += i + (int)item->n * (scale - 1);
        printf("%d\n", total);
        item = item->next ? item->next : &items[1];
    }
    return total;
}

int main(void)
{
    step();
    return work(6, 2) == 0;
}
