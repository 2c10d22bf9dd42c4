/* Static locals: one object whatever the version of the code, initialisers, static tables, statics of inner blocks. */
#include "corpus.h"

static long counter(void)
{
    static long count = 100;
    return quiet(++count);
}

static long two(int which)
{
    if (which) {
        static long value = 1;
        value *= quiet(3);
        return value;
    } else {
        static long value = 2;
        value += counter();
        return value;
    }
}

static const char *weekday(int day)
{
    static const char *const names[] = { "Mon", "Tue", "Wed" };
    static char buffer[16];
    static int calls;

    snprintf(buffer, sizeof buffer, "%s-%d", names[quiet(day) % 3], ++calls);
    return buffer;
}

static long *cell(void)
{
    static long storage[4], *next = storage;
    quiet(1);
    return next == storage + 4 ? (next = storage) : next++;
}

int main(void)
{
    for (int i = 0; i < 6; i++) {
        note("counter", counter());
        note("two", two(i % 2));
        printf("%s\n", weekday(i));
        *cell() += note("cell", i);
    }
    note("recursive static", *cell());
    return finish();
}
