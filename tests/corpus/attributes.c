/* pure, const, malloc, deprecated, unused, fallthrough, nonnull, format and others: they change no behaviour. */
#include <stdarg.h>
#include <stdlib.h>
#include "corpus.h"

__attribute__((pure)) static long length(const char *text) { long n = 0; while (text[n]) n++; return n; }
__attribute__((const)) static long square(long x) { return x * x; }
__attribute__((malloc, alloc_size(1))) static void *allocate(size_t n) { quiet((long)n); return calloc(1, n); }
__attribute__((nonnull(1))) static long first(const long *p) { return quiet(*p); }
__attribute__((warn_unused_result, hot)) static long result(long x) { return quiet(x); }
__attribute__((format(printf, 1, 2))) static int say(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    quiet(1);
    int n = vprintf(format, list);
    va_end(list);
    return n;
}
struct __attribute__((designated_init)) options { int level __attribute__((aligned(8))); };

int main(void)
{
    long *p = allocate(4 * sizeof *p);
    struct options o = { .level = 3 };
    int unused __attribute__((unused)) = 5;

    for (int i = 0; i < 4; i++) {
        p[i] = square(i) + length("four") * square(i);
        switch (i) {
        case 0: p[i] += 1; __attribute__((fallthrough));
        case 1: p[i] += result(2);
        }
    }
    note("first", first(p) + first(p + 1));
    note("said", say("%ld %d\n", p[3], o.level));
    note("pure twice", length("abc") + quiet(1) + length("abc"));
    free(p);
    return finish();
}
