/* Fields that were no unions become unions, and one of them none again: the map names the member that they become, and says what the union held. */
#include "../step.h"

struct item { int n; struct item *next; };
static struct item items[2] = { { 1, &items[1] }, { 2, &items[0] } };

struct state { int is_item; union { long double exact; struct item *item; } top; int mark; };
static struct state state = { 1, { .item = &items[0] }, 100 };

int main(void)
{
    struct state mine = { 1, { .item = &items[1] }, 200 }, *p = &mine;

    for (int i = 0; i < 6; i++) {
        step();
        state.top.item->n += 10;
        p->top.item->n += 100;
        state.mark++;
        p->mark += 2;
        printf("%d %d; %d %d\n", items[0].n, items[1].n, state.mark, mine.mark);
        state.top.item = state.top.item->next;
    }
    return 0;
}
