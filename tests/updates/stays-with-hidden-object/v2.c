/* An object on the heap is known by a number only: nobody could tell the program that it moved. */
#include "../step.h"
#include <stdint.h>
#include <stdlib.h>

struct item { long spare; int n; };
static uintptr_t hidden;

int main(void)
{
    struct item *made = calloc(1, sizeof *made);

    hidden = ~(uintptr_t)made;
    made = NULL;
    for (int i = 0; i < 3; i++) {
        printf("%d\n", ((struct item *)~hidden)->n++);
        step();
    }
    return 0;
}
