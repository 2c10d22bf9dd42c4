/* Lengths of the map's that cannot be heeded: of what could not be carried over, of a record whose end is not known, of a pointer that is new. */
#include "../step.h"

struct item { int n; };
struct odd { union { int i; float f; } u; };
struct text { short length; char bytes[]; };
struct table { struct item *items; };
static struct item one = { 1 };
static struct item *items = &one;
static struct odd *odd;
static struct text *text;
static struct table table;

int main(void)
{
    for (int i = 0; i < 3; i++) {
        step();
        printf("%d %d %d %d\n", (int)items->n, !odd, !text, !table.items);
    }
    return 0;
}
