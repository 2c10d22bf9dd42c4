/* A hash table whose keys are addresses of objects that move: the keys follow, being pointers, but each is in the slot that its old address had, and
 * would not be found there. The map's `after` makes the table anew. */
#include "../step.h"
#include <stdint.h>

struct item { long n, weight; };
struct slot { const struct item *key; int uses; };
static struct item items[4] = { { 1, 0 }, { 2, 0 }, { 3, 0 }, { 4, 0 } };
static struct slot slots[16];

static unsigned slot_of(const struct item *key)
{
    unsigned i = (uintptr_t)key / sizeof(struct item) % 16;

    while (slots[i].key && slots[i].key != key)
        i = (i + 1) % 16;
    return i;
}

static int use(const struct item *item)
{
    unsigned i = slot_of(item);

    slots[i].key = item;
    return ++slots[i].uses;
}

/* Puts each key where it is looked for. */
void rehash(void)
{
    struct slot old[16];

    for (int i = 0; i < 16; i++) {
        old[i] = slots[i];
        slots[i] = (struct slot){ 0, 0 };
    }
    for (int i = 0; i < 16; i++)
        if (old[i].key)
            slots[slot_of(old[i].key)] = old[i];
}

int main(void)
{
    for (int i = 0; i < 10; i++) {
        const struct item *item = &items[i % 4];

        printf("%d, %d\n", (int)item->n, use(item));
        step();
    }
    return 0;
}
