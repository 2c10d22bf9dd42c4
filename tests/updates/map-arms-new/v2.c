/* Fields that were no unions become unions, and one of them none again: the map names the member that they become, and says what the union held. */
#include "../step.h"

struct item { struct item *next; int spare, n; };
static struct item items[2] = { { &items[1], 0, 1 }, { &items[0], 0, 2 } };

struct state { int is_item; union { double share; struct item *item; } top; union { long whole; double part; } mark; };
static struct state state = { 1, { .item = &items[0] }, { .whole = 100 } };

int main(void)
{
    struct state mine = { 1, { .item = &items[1] }, { .whole = 200 } }, *p = &mine;

    for (int i = 0; i < 6; i++) {
        step();
        state.top.item->n += 10;
        p->top.item->n += 100;
        state.mark.whole++;
        p->mark.whole += 2;
        printf("%d %d: %ld %ld\n", items[0].n, items[1].n, state.mark.whole, mine.mark.whole);
        state.top.item = state.top.item->next;
    }
    return 0;
}
