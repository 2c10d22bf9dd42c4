/* Constants become variables, and variables constants: what was constant lies in memory that nobody can write to. */
#include "../step.h"

const int limit = 8;
static const int quota = 3;
static const int grid[2][2] = { { 1, 2 }, { 3, 4 } };
static const char *const names[2] = { "one", "deux" };
static const int steps = 200;
static const int *where = &limit, *cell = &grid[1][0];
static const char *const *name = &names[1];

int main(void)
{
    for (int i = 0; i < 6; i++) {
        step();
        printf("%d %d %d %d %s %s; %d\n", limit, *where, quota, *cell, names[0], names[1], steps > 0);
    }
    return 0;
}
