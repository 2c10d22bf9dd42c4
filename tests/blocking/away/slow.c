/* slow.c - see slow.h. */
#include "slow.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#define NUMBERS 8

static int pipes[NUMBERS][2], tells;

__attribute__((constructor)) static void prepare(void)
{
    for (int i = 0; i < NUMBERS; i++)
        if (pipe(pipes[i]) != 0)
            abort();
}

static void wait_for(int number)
{
    char c;

    if (tells && write(1, "in\n", 3) != 3)
        abort();
    while (read(pipes[number][0], &c, 1) != 1)
        if (errno != EINTR)
            abort();
}

void slow_end(int number)
{
    if (write(pipes[number][1], "x", 1) != 1)
        abort();
}

void slow_tell(void)
{
    tells = 1;
}

int slow_int(int number, int x)
{
    wait_for(number);
    return -x;
}

long slow_six(int number, long a, long b, long c, long d, long e)
{
    wait_for(number);
    return a + 10 * (b + 10 * (c + 10 * (d + 10 * e)));
}

long slow_many(int number, long a, long b, long c, long d, long e, long f, long double g, long h)
{
    wait_for(number);
    return a + 10 * (b + 10 * (c + 10 * (d + 10 * (e + 10 * (f + 10 * ((long)g + 10 * h))))));
}

double slow_double(int number, double x, float y)
{
    wait_for(number);
    return x / (double)y;
}

struct slow_pair slow_pair(int number, struct slow_pair x)
{
    wait_for(number);
    return (struct slow_pair){ x.second, x.first };
}

struct slow_mixed slow_mixed(struct slow_mixed x, int number)
{
    wait_for(number);
    return (struct slow_mixed){ -x.number, -x.count };
}

int slow_call(int number, int (*function)(int), int x)
{
    wait_for(number);
    return function(x);
}

double slow_sum(int number, int count, ...)
{
    double sum = 0;
    va_list numbers;

    va_start(numbers, count);
    for (int i = 0; i < count; i++)
        sum += va_arg(numbers, double);
    va_end(numbers);
    wait_for(number);
    return sum;
}
