/* Variables that end in an array without a size: the elements that the initialiser gave them are converted, and pointers among them follow. */
#include "../step.h"

struct item { long spare, n; };
struct text { int uses; int length; char bytes[]; };
struct table { int used; struct item entries[]; };
struct list { int used; struct item *entries[]; };

static struct item items[3] = { { 0, 1 }, { 0, 2 }, { 0, 3 } };
static struct text note = { 0, 5, "hello" };
static struct table table = { 3, { { 0, 10 }, { 0, 20 }, { 0, 30 } } };
static struct list list = { 3, { &items[2], &items[0], &table.entries[1] } };

int main(void)
{
    for (int i = 0; i < 5; i++) {
        struct item *last = &table.entries[table.used - 1];

        step();
        last->n++;
        list.entries[i % 3]->n += 100;
        note.bytes[i % note.length]++;
        printf("%ld, %ld %ld %ld %ld %s\n", items[0].n, items[2].n, table.entries[0].n, table.entries[1].n, table.entries[2].n, note.bytes);
    }
    return 0;
}
