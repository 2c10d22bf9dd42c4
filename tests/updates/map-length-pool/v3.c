/* Arrays in a pool of the program's own: the map says how many elements pointers lead to, and each is found from the one before. */
#include "../step.h"
#include <string.h>

enum color { RED, GREEN };
struct item { int n; enum color color; struct item *next; };
struct table { short used, room; struct item *items; struct item **order; };
struct text { short length; char bytes[]; };

static char pool[1 << 16] __attribute__((aligned(16)));
static size_t taken;
static struct item *list, *start;
static struct table table;
static struct table *tables;
static struct text *name;

static void *take(size_t size)
{
    void *memory = memset(pool + taken, 0x5a, size); /* what nobody has set is no color */

    taken += (size + 15) & ~(size_t)15;
    return memory;
}

static void put(struct table *t, int n)
{
    t->items[t->used] = (struct item){ n, n % 2 ? GREEN : RED, 0 };
    t->order[t->used] = &t->items[t->used];
    t->used++;
}

static void make(struct table *t, int room)
{
    *t = (struct table){ 0, room, take(room * sizeof *t->items), take(room * sizeof *t->order) };
}

static int sum(const struct table *t)
{
    int total = 0;

    for (int i = 0; i < t->used; i++)
        total += t->order[i]->n * (t->order[i]->color == GREEN ? 100 : 1);
    return total;
}

static int run(struct item *mine, int count)
{
    int total = 0;

    for (int i = 0; i < 6; i++) {
        put(&table, i);
        if (i % 2)
            put(&tables[i / 3], 10 + i);
        list->n++;
        mine[i % count].n += 2;
        name->bytes[i % name->length]++;
        step();
        for (struct item *item = list; item; item = item->next)
            total += item->n;
        printf("%d %d %d %d %d %d; %d %.3s\n", total, sum(&table), sum(&tables[0]), sum(&tables[1]), mine[0].n, mine[1].n, mine[0].color, name->bytes);
    }
    return total;
}

static void set_up(void)
{
    start = take(2 * sizeof *start);
    start[0] = (struct item){ 5, GREEN, 0 };
    start[1] = (struct item){ 7, RED, start };
    for (int i = 0; i < 3; i++) {
        struct item *item = take(sizeof *item);

        *item = (struct item){ i, RED, list };
        list = item;
    }
    make(&table, 8);
    tables = take(2 * sizeof *tables);
    make(&tables[0], 4);
    make(&tables[1], 4);
    name = take(sizeof *name + 3);
    name->length = 3;
    memcpy(name->bytes, "abc", 3);
}

int main(void)
{
    set_up();
    return run(start, 2) == 0;
}
