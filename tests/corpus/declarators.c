/* Involved declarators: arrays of pointers to functions, functions that return them, pointers to arrays, qualifiers. */
#include "corpus.h"

typedef int row[3];

static int f0(int x) { return (int)quiet(x); }
static int f1(int x) { return (int)quiet(x) * 2; }
static int (*(*chooser(int which))(void))(int);
static int (*give_f0(void))(int) { quiet(1); return f0; }
static int (*give_f1(void))(int) { quiet(2); return f1; }
static int (*(*chooser(int which))(void))(int) { return which ? give_f1 : give_f0; }
static row *rows(row *of, int i) { return of + quiet(i); }
static long total(int n, int a[static n], const int *const restrict b)
{
    long sum = 0;
    for (int i = 0; i < n; i++)
        sum += quiet(a[i]) * b[i];
    return sum;
}

int main(void)
{
    int (*(*const functions[2])(void))(int) = { give_f0, give_f1 };
    row grid[3] = { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } };
    int (*p)[3] = grid;
    int *columns[3] = { &grid[0][0], &grid[0][1], &grid[0][2] };
    const char *(names[2]) = { "even", "odd" };

    for (int i = 0; i < 4; i++)
        note(names[i % 2], chooser(i % 2)()(i) + functions[i % 2]()(10));
    for (; p < grid + 3; p++)
        note("row", (*p)[quiet(1)] + (*rows(grid, 2))[0]);
    note("total", total(3, grid[1], columns[0]));
    for (int i = 0; i < 3; i++)
        *columns[i] += (int)quiet(i + 50);
    note("columns", grid[0][0] + grid[0][1] * 2 + grid[0][2] * 3);
    return finish();
}
