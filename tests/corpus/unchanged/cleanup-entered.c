/* Jumps past the declaration of a variable with the attribute cleanup (its function runs at the end of the scope all the same), and out of
 * its scope by computed goto and asm goto (it does not run): the parser takes them for errors. */
/* warning: cleanup-entered\.c.*cannot jump from this goto statement to its label */
#include "../corpus.h"

#define CLEANUP(f) __attribute__((cleanup(f)))

static void entered(void *p) { note("entered", p != NULL); }

static void by_case(int n)
{
    switch (n) {
        CLEANUP(entered) int a;
    case 1:
        note("one", quiet(n));
        break;
    case 2:
        note("two", quiet(n));
    }
    note("behind", n);
}

static void by_goto(int n)
{
    if (quiet(n) == 1)
        goto in;
    {
        CLEANUP(entered) int a;
        note("above", n);
in:
        note("in", n);
    }
    if (n == 2)
        goto out;
    CLEANUP(entered) int a;
    note("between", quiet(n));
out:
    note("out", n);
}

static void by_asm(int n)
{
    {
        CLEANUP(entered) int a;
        __asm__ goto("test %0, %0\n\tjz %l[out]" : : "r"(n) : "cc" : out);
        note("not zero", quiet(n));
    }
out:
    note("out", n);
}

static void by_computed(int n)
{
    static const void *const table[] = { &&in, &&out };

    {
        CLEANUP(entered) int a;
        goto *table[quiet(n) & 1];
in:
        note("in", n);
    }
out:
    note("out", n);
}

int main(void)
{
    for (int n = 0; n < 4; n++) {
        by_case(n);
        by_goto(n);
        by_asm(n);
        by_computed(n);
    }
    return finish();
}
