/* Variables that end in an array without a size: the elements that the initialiser gave them are converted, and pointers among them follow. */
#include "../step.h"

struct item { int n; };
struct text { short length; char bytes[]; };
struct table { int used; struct item entries[]; };
struct list { int used; struct item *entries[]; };

static struct item items[3] = { { 1 }, { 2 }, { 3 } };
static struct text note = { 5, "hello" };
static struct table table = { 3, { { 10 }, { 20 }, { 30 } } };
static struct list list = { 3, { &items[2], &items[0], &table.entries[1] } };

int main(void)
{
    for (int i = 0; i < 5; i++) {
        struct item *last = &table.entries[table.used - 1];

        step();
        last->n++;
        list.entries[i % 3]->n += 100;
        note.bytes[i % note.length]++;
        printf("%d; %d %d %d %d %s\n", items[0].n, items[2].n, table.entries[0].n, table.entries[1].n, table.entries[2].n, note.bytes);
    }
    return 0;
}
