/* Static locals that are named in _Static_assert, one of them in front of a global variable of its name: in a patch they have other names. */
#include "corpus.h"

static const char *table = "global";

static long pick(long n)
{
    static const long table[] = { 3, 1, 4, 1, 5 };
    static long calls;

    _Static_assert(sizeof(table) / sizeof(table[0]) == 5, "the table has five elements");
    _Static_assert(sizeof calls == sizeof(long) && sizeof(table[0]) == sizeof calls, "as they are declared");
    calls += note("pick", table[n % 5]);
    return calls;
}

int main(void)
{
    for (long i = 0; i < 6; i++)
        note("calls", pick(i));
    note(table, (long)strlen(table));
    return finish();
}
