/* A program: eight queens, the game of life, a sieve, a heap sort: loops of many shapes over arrays. */
#include "corpus.h"

static int columns[8];

static int place(int row)
{
    int found = 0;

    if (row == 6)
        return 1;
    for (int c = 0; c < 6; c++) {
        int k = 0;
        while (k < row && columns[k] != c && columns[k] - c != row - k && c - columns[k] != row - k)
            k++;
        if (k == row) {
            columns[row] = c;
            found += place(row + 1);
        }
    }
    return found;
}

static int neighbours(unsigned char world[8][8], int y, int x)
{
    int n = 0;
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++)
            if (dy || dx)
                n += world[(y + dy) & 7][(x + dx) & 7];
    return n;
}

static int generation(unsigned char world[8][8])
{
    unsigned char next[8][8];
    int alive = 0;

    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++) {
            int n = neighbours(world, y, x);
            alive += next[y][x] = n == 3 || (n == 2 && world[y][x]);
        }
    memcpy(world, next, sizeof next);
    return alive;
}

static void sift(int *a, int from, int n)
{
    for (int child; (child = 2 * from + 1) < n; from = child) {
        if (child + 1 < n && a[child + 1] > a[child])
            child++;
        if (a[from] >= a[child])
            break;
        int t = a[from];
        a[from] = a[child];
        a[child] = t;
    }
}

int main(void)
{
    unsigned char world[8][8] = { [1][2] = 1, [2][3] = 1, [3] = { 0, 1, 1, 1 } };
    char composite[200] = { 0 };
    int a[30], primes = 0;

    note("queens", place(0));
    for (int i = 0; i < 5; i++)
        note("alive", generation(world));
    for (int i = 2; i < 200; i++) {
        if (composite[i])
            continue;
        primes++;
        for (int k = i * i; k < 200; k += i)
            composite[k] = 1;
    }
    note("primes", primes);
    for (int i = 0; i < 30; i++)
        a[i] = i * 37 % 101;
    for (int i = 14; i >= 0; i--)
        sift(a, i, 30);
    for (int n = 29; n > 0; n--) {
        int t = a[0];
        a[0] = a[n];
        a[n] = t;
        sift(a, 0, n);
    }
    for (int i = 0; i < 30; i += 5)
        note("sorted", a[i]);
    return finish();
}
