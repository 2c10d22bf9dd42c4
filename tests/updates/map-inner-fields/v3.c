/* Fields of a field whose type has no name: the map names them with it. */
#include "../step.h"

struct item { int n; struct { int y; short x; struct { char tag; } deep[2]; } at; };
static struct item item = { 1, { 30, 20, { { 'a' }, { 'b' } } } };
static struct item *known = &item;

int main(void)
{
    for (int i = 0; i < 6; i++) {
        step();
        known->n++;
        known->at.x += 2;
        known->at.y += 3;
        printf("%d; %d %d %c%c\n", (int)known->n, (int)known->at.x, (int)known->at.y, known->at.deep[0].tag, known->at.deep[1].tag);
    }
    return 0;
}
