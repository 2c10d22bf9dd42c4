/* The map says which member a union holds, but for one value of the field beside it. */
#include "../step.h"

enum kind { EMPTY, NUMBER, TEXT };
struct cell { enum kind kind; union { int number; const char *text; } value; };
static struct cell cells[2] = { { NUMBER, { 5 } }, { EMPTY, { 0 } } };

int main(void)
{
    for (int i = 0; i < 3; i++) {
        printf("%d %d\n", (int)cells[0].value.number, (int)cells[1].kind);
        step();
    }
    return 0;
}
