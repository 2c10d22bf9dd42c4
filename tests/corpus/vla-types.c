/* Variably modified types: many dimensions, several declarators, pointers whose address is used, parameters of every
   form, sizes with effects and calls, alignment, sizeof that evaluates, temporaries that point to rows. */
#include "corpus.h"
#include <stdlib.h>

enum { WIDTH = 3 };

struct item {
    short key;
    double value;
};

static int columns = 4;

static int step(int *counter)
{
    return ++*counter + (int)quiet(0);
}

/* Sizes come from parameters that change afterwards. */
static long changing(int n, int m, long table[n][m])
{
    long total = 0;

    n += m;
    m = 1;
    for (int i = 0; i < n - 4; i++)
        total += quiet(table[i][m]);
    note("row", (long)sizeof table[0]);
    table++;
    return total + note("first", table[0][0]);
}

static long cube(int n, int m, int (*box)[m][n], int (*const rows)[WIDTH][m])
{
    long total = 0;

    for (int i = 0; i < 2; i++)
        for (int j = 0; j < m; j++)
            for (int k = 0; k < n; k++)
                total += box[i][j][quiet(k)] * (i + 1);
    m = 0;
    n = 0;
    total += note("box", (long)(sizeof *box / sizeof **box)) + note("rows", (long)sizeof *rows);
    return total + (*rows)[quiet(1)][quiet(2)] + rows[0][2][0];
}

static int shared_width(int rows, int table[rows][columns])
{
    int total = 0;

    columns = 2;
    for (int i = 0; i < rows; i++)
        total += (int)quiet(table[i][3]);
    columns = 4;
    return total + (int)(sizeof table[0] / sizeof table[0][0]);
}

static long dimensions(int n)
{
    int box[2][n + 1][n], other = 7, (*walk)[n + 1][n] = box, *flat = &box[0][0][0];
    int rows[1][WIDTH][n + 1];

    for (int i = 0; i < 2 * (n + 1) * n; i++)
        flat[i] = (int)quiet(i + other);
    memset(rows, 0, sizeof rows);
    rows[0][1][2] = (int)quiet(50);
    rows[0][2][0] = (int)quiet(60);
    other = (int)note("end", walk + 2 == box + quiet(2));
    walk += quiet(1);
    note("in the middle", (*walk)[quiet(1)][quiet(1)] + other);
    return cube(n, n + 1, box, rows) + (long)sizeof box;
}

/* The sizes of a declarator are evaluated once each. */
static long effects(int n)
{
    int calls = 0;
    char grid[n++][step(&calls)], line[n][WIDTH], (*last)[sizeof line[0]] = &line[n - 1];
    struct item items[step(&calls)], *pick[n], **best = pick;

    memset(grid, 'g', sizeof grid);
    memset(line, 'l', sizeof line);
    for (int i = 0; i < n; i++)
        pick[i] = &items[i % 2];
    items[0] = (struct item){(short)quiet(3), 0.5};
    items[1] = (struct item){(short)quiet(4), 1.5};
    n = 100;
    (*last)[0] = (char)quiet('z');
    note("grid", (long)sizeof grid);
    note("line", (long)sizeof line + line[5][0]);
    note("calls", calls);
    note("size with a call", (long)sizeof(int[quiet(3)][step(&calls)]));
    note("row with a call", (long)sizeof grid[step(&calls)] + calls);
    note_real("value", best[quiet(1)]->value + pick[quiet(2)]->value);
    return best[0]->key + (long)(sizeof items / sizeof *items);
}

/* Pointers whose address is known, pointers from an allocator, and temporaries that point to rows. */
static void advance(void *pointer, long bytes)
{
    void *value;

    memcpy(&value, pointer, sizeof value);
    value = (char *)value + quiet(bytes);
    memcpy(pointer, &value, sizeof value);
}

static void *get(size_t size)
{
    void *block = malloc(size);

    memset(block, (int)quiet(1), size);
    return block;
}

static long product(long a, const short *row, long b, const short *other)
{
    return a * row[0] + b * other[1];
}

static long pointers(int n)
{
    short(*table)[n] = get(n * sizeof *table), (*row)[n] = table;
    const short(*const fixed)[n] = (const short(*)[n])table;
    long total = 0;

    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            table[i][quiet(k)] = (short)quiet(i * 10 + k);
    advance(&row, (long)sizeof *row);
    total += note("moved", (*row)[quiet(1)]);
    row = table + quiet(2);
    total += note("set", row[0][quiet(0)]) + (*fixed)[1];
    total += product(quiet(1), table[quiet(1)], quiet(2), *(table + quiet(3)));
    total += (row > table ? row : table)[0][quiet(1)];
    total += *(quiet(1) ? row[0] : table[0]);
    n = 2;
    total += (long)(sizeof *row / sizeof **row);
    free(table);
    return total;
}

/* Blocks that grow and shrink in a loop; an address in one that lives on; alignment. */
static long growing(int n)
{
    unsigned long outer[n];
    long total = 0;

    for (int i = 0; i < n; i++) {
        unsigned char inner[1 + (i * 7) % 50] __attribute__((aligned(64)));
        unsigned char *kept = &inner[sizeof inner - 1];
        unsigned long *slot = &outer[i];

        memset(inner, i, sizeof inner);
        *kept = (unsigned char)quiet(i + 100);
        *slot = sizeof inner + inner[sizeof inner - 1];
        if (((unsigned long)inner & 63) != 0)
            note("misaligned", i);
        if (i % 3 == 1)
            continue;
        {
            _Alignas(32) long pair[i % 2 + 1][2];
            pair[i % 2][quiet(1)] = i;
            if (((unsigned long)pair & 31) != 0)
                note("misaligned", i);
            total += pair[i % 2][1];
        }
    }
    for (int i = 0; i < n; i++)
        total += (long)outer[i];
    return total;
}

static long deep(int n, const long *above)
{
    long own[n + 1];

    own[0] = above ? above[0] + n : n;
    own[n] = quiet(own[0]);
    if (n == 0)
        return own[0];
    own[n] += deep(n - 1, own);
    return own[n] + own[0] + (long)sizeof own;
}

static long jumps(int n)
{
    long total = 0;
    int round = 0;

again:
    switch (round++) {
    case 0: {
        int a[n];
        a[n - 1] = (int)quiet(n);
        total += a[n - 1];
        n++;
        goto again;
    }
    case 1: {
        long a[n][2];
        a[n - 1][1] = quiet(n);
        total += a[n - 1][1] + (long)sizeof a;
        for (int b[n], i = 0; i < n; i++) {
            b[i] = (int)quiet(i);
            total += b[i];
        }
        goto again;
    }
    default:
        break;
    }
    return total + ({ int v[n]; v[0] = (int)quiet(n); v[0] + (int)sizeof v; });
}

/* Sizes that are constant though they name variables: the type of a row is no variable length array. */
static long constant(int n)
{
    short grid[n][sizeof n], (*row)[sizeof grid[0] / sizeof grid[0][0]] = grid;
    char buffer[sizeof grid[0]];

    for (int i = 0; i < n; i++)
        for (unsigned k = 0; k < sizeof n; k++)
            grid[i][k] = (short)quiet(i + (int)k);
    memcpy(buffer, row + quiet(1), sizeof buffer);
    return row[quiet(1)][2] + buffer[sizeof buffer - 2] + (long)sizeof *row;
}

static long hidden(int n)
{
    char text[n];
    long total = 0;

    memset(text, 'x', sizeof text);
    {
        int text[n + 1][n];
        __typeof__(text[0][0]) element = (int)quiet(3);
        text[n][n - 1] = element;
        total += text[n][n - 1] + (long)sizeof text;
        note("inner", total);
    }
    text[0] = (char)quiet('y');
    return total + text[0] + text[n - 1] + (long)sizeof text;
}

/* Pointers to arrays that have to be kept while a later operand is computed. */
static long plane(int n, long first, int (*table)[n], long last)
{
    return first * table[0][1] + last * table[1][0] + (long)sizeof *table;
}

static long kept(int n)
{
    int box[2][3][n], (*all)[3][n] = box, (*row)[n] = box[1];
    long total = 0;
    int i = 0;

    for (int k = 0; k < 6 * n; k++)
        ((int *)box)[k] = (int)quiet(k);
    total += plane(n, quiet(1), box[i], quiet(2)) + plane(n, quiet(3), all[1] + i, quiet(i + 1));
    box[i][quiet(1)][quiet(n - 1)] = (int)quiet(77);
    all[quiet(1)][i + quiet(1)][i] += box[i][quiet(1)][n - 1];
    total += note("distance", (row + quiet(1)) - (box[1] + quiet(0)));
    total += (row + 1 > all[1] + quiet(0)) + (all[i + 1] == row + quiet(0));
    i = 1;
    total += note("last", box[i][i][quiet(0)]) + (*(row + quiet(1)))[0];
    return total + (quiet(1) ? row : box[0])[quiet(1)][0];
}

/* Types of computed size with a name. */
static long named(int n)
{
    typedef int row[n], cell;
    typedef row matrix[n + 1], *rows;
    matrix table;
    rows first = table, *again = &first;
    cell one = 1;
    long total = 0;

    n = 50;
    for (unsigned i = 0; i < sizeof(matrix) / sizeof(row); i++)
        for (unsigned k = 0; k < sizeof(row) / sizeof(cell); k++)
            table[i][k] = (cell)quiet(i * 4 + k) + one;
    (*again)++;
    total += note("second", (*first)[quiet(1)]);
    total += note("third", ((row *)table)[2][quiet(0)]);
    {
        typedef char row[n];
        row other;
        other[49] = (char)quiet(5);
        total += other[49] + (long)sizeof other;
    }
    return total + (long)sizeof(matrix);
}

/* No point is in the scope of these. */
static long apart(int n)
{
    long total = quiet(n);
    int size = ({ int v[n + 1]; n = 7; v[0] = 3; (int)sizeof v + v[0]; });

    for (int i = 0; i < 3; i++) {
        {
            char text[n + i], (*all)[n + i] = &text;
            n++;
            memset(text, i, sizeof *all);
            total += text[i] + (long)sizeof *all;
        }
        total += quiet(size);
    }
    return total;
}

int main(void)
{
    long table[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
    int wide[2][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}};

    note("changing", changing(3, 4, table));
    note("shared width", shared_width(2, wide));
    note("dimensions", dimensions(2));
    note("effects", effects(5));
    note("pointers", pointers(4));
    note("growing", growing(8));
    note("deep", deep(5, 0));
    note("jumps", jumps(2));
    note("constant", constant(2));
    note("hidden", hidden(3));
    note("kept", kept(2));
    note("named", named(3));
    note("apart", apart(2));
    return finish();
}
