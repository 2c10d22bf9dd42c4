/* Function pointers: static tables, in structs, as arguments and results, compared, called through expressions. */
#include "corpus.h"

typedef long operation(long, long);

static long add(long a, long b) { return quiet(a) + b; }
static long sub(long a, long b) { return quiet(a) - b; }
long mul(long a, long b) { return quiet(a) * b; }

static operation *const table[] = { add, sub, mul, add };
static struct { const char *name; operation *run; } named[] = { { "add", add }, { "sub", &sub }, { "mul", mul } };

static operation *pick(long n) { return table[quiet(n) % 4]; }
static long (*pick_picker(int n))(long, long) { return n ? *mul : pick(n); }
static long apply(operation f, long a, long b) { return f(a, b) * 2; }
static long fold(operation *f, const long *v, int n)
{
    long sum = v[0];
    while (--n > 0)
        sum = (*f)(sum, *++v);
    return sum;
}

int main(void)
{
    static const long values[] = { 9, 8, 7, 6 };
    operation **p = &named[1].run;

    for (int i = 0; i < 4; i++)
        note("table", table[i](i + 10, pick(i)(i, 3)));
    for (int i = 0; i < 3; i++)
        note(named[i].name, fold(named[i].run, values, 4));
    note("pick_picker", pick_picker(1)(3, 4) + pick_picker(0)(5, 6));
    note("apply", apply(quiet(1) ? sub : add, 20, 3));
    note("equal", pick(0) == add && pick(3) == table[0] && pick(1) != mul);
    *p = mul;
    note("through a pointer", (**p)(6, 7));
    note("stars", (***add)(1, 2));
    return finish();
}
