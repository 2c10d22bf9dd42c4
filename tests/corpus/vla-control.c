/* Variable length arrays where control does not go straight: setjmp, computed goto, alloca beside them, variable
 * arguments, conditional expressions with calls, many blocks in a loop, old style parameters. */
#include "corpus.h"
#include <alloca.h>
#include <setjmp.h>
#include <stdarg.h>

static jmp_buf environment;
static int landings;

static void leap(int k)
{
    if (k == 0)
        longjmp(environment, ++landings);
    quiet(k);
    leap(k - 1);
    quiet(k);
}

static long across(int n)
{
    volatile long total = 0;
    int sizes[n];
    long box[n][n + 1];
    int m = n * 2;
    char(*row)[m] = alloca(3 * sizeof *row);

    for (int i = 0; i < n; i++) {
        sizes[i] = (int)quiet(i);
        for (int k = 0; k <= n; k++)
            box[i][k] = quiet(i * k);
    }
    memset(row, 7, 3 * sizeof *row);
    m = 0;
    int round = setjmp(environment);
    total += box[n - 1][n] + sizes[n - 1] + row[2][quiet(1)] + (long)sizeof *row;
    if (round < 3) {
        int inner[n + round];
        inner[round] = (int)quiet(round);
        total += inner[round];
        leap(3);
    }
    return total + m;
}

static long variadic(int n, ...)
{
    va_list arguments;
    long values[n], sum = 0;

    va_start(arguments, n);
    for (int i = 0; i < n; i++) {
        values[i] = va_arg(arguments, int);
        sum += quiet(values[i]);
    }
    va_end(arguments);
    for (int i = 0; i < n; i++)
        sum += values[i] * quiet(i);
    return sum;
}

typedef double quadruple[4];

static double of_arrays(int n)
{
    quadruple all[n], (*whole)[n] = &all;
    const char *names[n + 1][2];
    const char *(*name)[2] = names;
    double sum = 0;

    for (int i = 0; i < n; i++) {
        for (int k = 0; k < 4; k++)
            all[i][k] = quiet_real(i + k * .5);
        names[i][0] = "x";
        names[i][1] = i & 1 ? "yy" : "z";
    }
    for (int i = 0; i < n; i++)
        sum += (*whole)[i][quiet(1)] + (double)strlen(name[i][quiet(1)]);
    return sum + (double)(sizeof all + sizeof *name);
}

static int old_style(n, table)
int n;
int table[n][n];
{
    int sum = 0;

    for (int i = 0; i < n; i++)
        sum += (int)quiet(table[i][i]);
    n = 0;
    return sum + (int)sizeof table[0] + n;
}

static long many(int n)
{
    long sum = 0;

    for (int i = 1; i < 40; i++) {
        char block[i * 977 % 5000 + n];
        block[0] = (char)quiet(i);
        block[sizeof block - 1] = 1;
        sum += block[0] + (long)sizeof block;
    }
    return sum;
}

static long around(int n)
{
    static const void *const places[] = {&&one, &&two, &&done};
    long sum = 0;
    int i = 0;

next:
    goto *places[i++ % 3];
one: {
    int a[n + i];
    a[i] = (int)quiet(i);
    sum += a[i] + (long)sizeof a;
    goto next;
}
two: {
    short b[i][n];
    b[0][1] = (short)quiet(i + 1);
    sum += b[0][1] + (long)sizeof b;
    if (sum > 0)
        goto next;
}
done:
    if (i < 8)
        goto next;
    return sum;
}

static int chosen(int n, int which)
{
    int a[n], b[n], m[2][n];

    for (int i = 0; i < n; i++)
        a[i] = b[i] = m[0][i] = m[1][i] = (int)quiet(i + which);
    int *p = quiet(which) ? a : b;
    int(*q)[n] = quiet(which) ? m : &m[1];
    a[quiet(1)] += b[quiet(0)]++;
    m[quiet(1)][quiet(2)] = a[quiet(0)] + p[quiet(1)];
    return p[1] + (*q)[2] + m[1][2] + (quiet(1) && a[0]) + ({ int z[quiet(2)]; z[1] = 4; z[quiet(1)]; });
}

struct big {
    int n;
    long values[3];
};

static struct big passed(int n, struct big start)
{
    struct big all[n];

    for (int i = 0; i < n; i++) {
        all[i] = start;
        all[i].values[1] += quiet(i);
    }
    all[quiet(1)].n = n;
    return all[1];
}

int main(void)
{
    int table[3][3] = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};

    note("across", across(3));
    note("variadic", variadic(3, 5, 6, 7));
    note_real("of arrays", of_arrays(3));
    note("old style", old_style(3, table));
    note("many", many(3));
    note("around", around(3));
    note("chosen", chosen(4, 1) + chosen(4, 0));
    note("passed", passed(3, (struct big){1, {2, 3, 4}}).values[1]);
    return finish();
}
