/* Variadic functions: a live va_list over calls, many arguments, passed to callees, by value and by address. */
#include <stdarg.h>
#include "corpus.h"

static long next_long(va_list *list) { long v = va_arg(*list, long); return quiet(v); }

static double sum(const char *kinds, ...)
{
    va_list list;
    double total = 0;

    va_start(list, kinds);
    for (; *kinds; kinds++)
        switch (*kinds) {
        case 'i': total += (double)note("int", va_arg(list, int)); break;
        case 'l': total += (double)next_long(&list); break;
        case 'd': total += note_real("double", va_arg(list, double)); break;
        case 's': total += (double)note("string", (long)strlen(va_arg(list, char *))); break;
        }
    va_end(list);
    return total;
}

struct triple { long a, b, c; };

static long structs(int count, ...)
{
    va_list list;
    long total = 0;

    va_start(list, count);
    while (count-- > 0) {
        struct triple t = va_arg(list, struct triple);
        total = total * 3 + quiet(t.a) + quiet(t.b) - quiet(t.c);
    }
    va_end(list);
    return total;
}

static void logger(const char *format, va_list list)
{
    char text[64];

    quiet(3);
    vsnprintf(text, sizeof text, format, list);
    note(text, (long)strlen(text));
}

static void report(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    logger(format, list);
    va_end(list);
}

int main(void)
{
    note_real("sum", sum("ilds", 1, 2L, 3.5, "four"));
    note_real("many", sum("iiiiiiiidddddddddd", 1, 2, 3, 4, 5, 6, 7, 8, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0));
    note_real("mixed", sum("dididildls", 0.5, 1, 1.5, 2, 2.5, 3, 4L, 3.5, 5L, "end"));
    note("structs", structs(3, (struct triple) { 1, 2, 3 }, (struct triple) { 4, 5, 6 }, (struct triple) { 7, quiet(8), 9 }));
    report("%d %s %.2f", (int)quiet(42), "text", 2.5);
    report("nothing");
    return finish();
}
