/* Static locals: one object whatever the version of the code, initialisers, static tables, statics of inner blocks. */
#include <stdbool.h>
#include <stdint.h>
#include "corpus.h"

/* The macros of system headers leave line markers in the middle of declarations. */
static long once(void)
{
    static bool initialized = false, changes[2] = { true, false };
    static const bool *
        last = &changes[1];
    static long limit[] = { INT32_MAX, UINT8_MAX };

    if (!initialized)
        initialized = quiet(1) > 0;
    changes[0] = !changes[0];
    last = &changes[!*last];
    return quiet(initialized) + changes[0] + 2 * *last + limit[1];
}

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

/* Sizes that are computed from other names of the function. */
static long sized(int n)
{
    enum { ROWS = 2 };
    char local[5];
    static const char *const names[] = { "a", "b", "c" };
    static long cache[sizeof(names) / sizeof(names[0])], rows[ROWS][sizeof cache / sizeof cache[0]];
    static char copies[sizeof local][3], other[] = { 1, 2 };
    static long (*functions[sizeof(names) / sizeof *names])(void) = { counter, once };

    local[0] = (char)quiet(n);
    cache[n] += quiet(n);
    rows[n % ROWS][n]++;
    copies[n][1] += local[0] + other[n % 2];
    return cache[n] + rows[n % ROWS][n] + copies[n][1] + names[n][0] + (functions[n] ? functions[n]() : 0) + (long)(sizeof copies + sizeof rows);
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
        note("once", once());
        note("sized", sized(i % 3));
        note("counter", counter());
        note("two", two(i % 2));
        printf("%s\n", weekday(i));
        *cell() += note("cell", i);
    }
    note("recursive static", *cell());
    return finish();
}
