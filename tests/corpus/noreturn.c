/* noreturn functions: they end in exit or longjmp, also from the middle of expressions. */
#include <setjmp.h>
#include <stdlib.h>
#include "corpus.h"

static jmp_buf back;

__attribute__((noreturn)) static void give_up(int code)
{
    note("giving up", code);
    longjmp(back, code);
}

_Noreturn static void leave(const char *why)
{
    note(why, 1);
    exit(finish());
}

static long checked(int n)
{
    if (quiet(n) == 3)
        give_up(n);
    return n == 4 ? (give_up(40), 0) : note("checked", n);
}

__attribute__((returns_nonnull)) static char *text(int n)
{
    static char buffer[8];
    snprintf(buffer, sizeof buffer, "<%d>", (int)quiet(n));
    return buffer;
}

int main(void)
{
    volatile int i = 0;
    int code = setjmp(back);

    if (code)
        note("back", code);
    while (++i < 6)
        note(text(i), checked(i));
    for (;;)
        leave("leaving");
}
