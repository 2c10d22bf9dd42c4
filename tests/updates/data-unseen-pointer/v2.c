/* Variables that move, and objects on the heap with pointers to them, which nothing remembers: upstare-diff warns, the map sets them. */
#include "../step.h"
#include <stdlib.h>

struct holder { long *count; };
struct entry { void *value; };
static long count = 10, total = 100;
static struct holder *holder;
static struct entry *entry;

int main(void)
{
    puts("begins");
    holder = malloc(sizeof *holder);
    entry = malloc(sizeof *entry);
    if (!holder || !entry)
        return 1;
    holder->count = &count;
    entry->value = &total;
    for (int i = 0; i < 5; i++) {
        step();
        ++*holder->count;
        ++*(long *)entry->value;
        printf("%ld %ld.\n", count, total);
    }
    return 0;
}
