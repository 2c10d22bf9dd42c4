/* Fields that were no unions become unions, and one of them none again: the map names the member that they become, and says what the union held. */
#include "../step.h"

struct item { int n; struct item *next; };
static struct item items[2] = { { 1, &items[1] }, { 2, &items[0] } };

struct state { struct item *top; long mark; };
static struct state state = { &items[0], 100 };

int main(void)
{
    struct state mine = { &items[1], 200 }, *p = &mine;

    for (int i = 0; i < 6; i++) {
        step();
        state.top->n += 10;
        p->top->n += 100;
        state.mark++;
        p->mark += 2;
        printf("%d %d %ld %ld\n", items[0].n, items[1].n, state.mark, mine.mark);
        state.top = state.top->next;
    }
    return 0;
}
