/* Names of types that mean something else inside a function: temporaries have the type that was meant. */
#include "corpus.h"

typedef int count;

static int numbers[4] = { 1, 2, 3, -400 };

__attribute__((noinline)) static count counted(int n) { return (count)note("counted", n); }

__attribute__((noinline)) static count *list(void) { note("list", 0); return numbers; }

static void hidden(count parameter)
{
    typedef signed char count;
    count small = (count)parameter;

    note("sum", 1 + counted(1000));
    note("both", counted(300) * 3 + counted(2));
    note("element", list()[counted(3)] + counted(1));
    note("condition", quiet(1) ? counted(1000) : 1);
    note("parameter", parameter + counted(1) + small);
    {
        typedef short count;
        count shorter = (count)counted(70000);

        note("inner", 70000 + counted(70000) * quiet(3) + counted(shorter));
    }
}

static void outside(void)
{
    note("value", ({ typedef long count; count x = note("long", 1L << 40); x; }) + counted(1));
    note("used", ({ typedef long count; count x = note("long", 1L << 40); note("inside", x); x + 1; }));
}

int main(void)
{
    hidden(500);
    outside();
    return finish();
}
