/* Variable length arrays: in loops, two-dimensional, as parameters, pointers to them, sizeof, sizes with calls. */
#include "corpus.h"

static long sum(int rows, int columns, long table[rows][columns])
{
    long total = 0;

    for (int i = 0; i < rows; i++)
        for (int k = 0; k < columns; k++)
            total += quiet(table[i][k]);
    return total;
}

static long fill(int n)
{
    long square[n][n];
    long (*row)[n] = square;

    for (int i = 0; i < n; i++, row++)
        for (int k = 0; k < n; k++)
            (*row)[k] = quiet(i * 10 + k);
    note("size", (long)sizeof square);
    note("row size", (long)sizeof *row);
    return sum(n, n, square);
}

static long scopes(int n)
{
    long total = 0;

    for (int i = 1; i <= n; i++) {
        char text[i + quiet(2)];
        memset(text, 'a' + i, sizeof text - 1);
        text[sizeof text - 1] = 0;
        total += note(text, (long)strlen(text));
        if (i == 3)
            continue;
        {
            int more[(int)note("size of more", i)];
            for (int k = 0; k < i; k++)
                more[k] = (int)quiet(k);
            total += more[i - 1];
        }
        if (i == 5)
            break;
    }
    return total;
}

static long backwards(int n)
{
    int count = 0;
again:;
    int block[n];
    block[n - 1] = (int)quiet(n);
    count += block[n - 1];
    if (n-- > 1)
        goto again;
    return count;
}

static long typed(int n)
{
    typedef int row[n];
    row a, *b = &a;
    n = 100;
    for (unsigned i = 0; i < sizeof a / sizeof a[0]; i++)
        (*b)[i] = (int)quiet(i * i);
    return note("typedef", (long)(sizeof(row) / sizeof(int))) + a[1];
}

int main(void)
{
    note("fill", fill(4));
    note("scopes", scopes(7));
    note("backwards", backwards(6));
    note("typed", typed(5));
    return finish();
}
