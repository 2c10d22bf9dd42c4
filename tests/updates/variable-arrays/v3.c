/* Variable length arrays and pointers to them go on in the new version with the sizes that they have, whatever else the
 * function declares; an array whose size is written in another way does not. */
#include "../step.h"

static int fill(int n)
{
    int grid[n][n + 1], (*row)[n + 1] = grid, total = 0;

    n *= 10;
    for (int i = 0; i < 3; i++, row++) {
        (*row)[3] = n + i;
        printf("last row %d\n", (*row)[3]);
        step();
    }
    for (int i = 0; i < 3; i++)
        total += grid[i][3];
    return total + (int)sizeof *row + 1;
}

static int part(int n)
{
    int items[n + 3];

    items[n] = n;
    printf("part %d\n", (int)sizeof items);
    step();
    return items[n] * 10;
}

int main(void)
{
    for (int round = 1; round <= 3; round++) {
        printf("sum %d\n", fill(3));
        step();
        printf("items %d\n", part(round));
        step();
    }
    return 0;
}
