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
        note("counter", counter());
        note("two", two(i % 2));
        printf("%s\n", weekday(i));
        *cell() += note("cell", i);
    }
    note("recursive static", *cell());
    return finish();
}
