/* A union changes: nobody can know which of its fields is in use. */
#include "../step.h"

union value { int i; float f; };
struct cell { int kind; union value value; };
static struct cell cell = { 0, { 1 } };

int main(void)
{
    for (int i = 0; i < 3; i++) {
        cell.value.i++;
        printf("%d\n", (int)cell.value.i);
        step();
    }
    return 0;
}
