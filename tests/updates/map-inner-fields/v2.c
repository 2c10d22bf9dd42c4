/* Fields of a field whose type has no name: the map names them with it. */
#include "../step.h"

struct item { int n; struct { short x; int across, size; struct { int tag, more; } deep[2]; } at; };
static struct item item = { 1, { 20, 30, 50, { { 'a', 7 }, { 'b', 7 } } } };
static struct item *known = &item;

int main(void)
{
    for (int i = 0; i < 6; i++) {
        step();
        known->n++;
        known->at.x += 2;
        known->at.across += 3;
        printf("%d: %d %d %c%c%.d\n", (int)known->n, (int)known->at.x, (int)known->at.across, known->at.deep[0].tag, known->at.deep[1].tag, known->at.size - 50 + known->at.deep[1].more - 7);
    }
    return 0;
}
