/* Constants become variables, and variables constants: what was constant lies in memory that nobody can write to. */
#include "../step.h"

int limit = 7;
static int quota = 3;
static int grid[2][2] = { { 1, 2 }, { 3, 4 } };
static const char *names[2] = { "one", "two" };
static int steps = 100;
static const int *where = &limit, *cell = &grid[1][0];
static const char **name = &names[1];

int main(void)
{
    for (int i = 0; i < 6; i++) {
        step();
        steps++;
        limit = 20;
        quota = 30;
        grid[1][0] = 40;
        *name = "due";
        printf("%d %d %d %d %s %s: %d\n", limit, *where, quota, *cell, names[0], *name, steps > 0);
    }
    return 0;
}
