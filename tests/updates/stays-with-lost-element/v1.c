/* A pointer to an element that the new, shorter array does not have. */
#include "../step.h"

static int table[6] = { 1, 2, 3, 4, 5, 6 };
static int *cursor = &table[4];

int main(void)
{
    puts("begins");
    for (int i = 0; i < 3; i++) {
        step();
        printf("%d %d\n", ++*cursor, table[0]);
    }
    return 0;
}
