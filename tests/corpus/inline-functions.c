/* inline in all its kinds: static, extern, gnu_inline, always_inline, noinline, flatten; inlined loops with calls. */
#include "corpus.h"

static inline long small(long x) { return quiet(x) + 1; }
__attribute__((always_inline)) static inline long forced(long x)
{
    long sum = 0;
    for (int i = 0; i < 3; i++)
        sum += small(x + i);
    return sum;
}
__attribute__((always_inline)) static inline long twice_forced(long x) { return forced(x) * forced(x + 1) + small(x); }
__attribute__((noinline)) static long apart(long x) { return forced(x) - 1; }
inline long external(long x) { return small(x) * 2; }
extern inline long external(long x);
extern inline __attribute__((gnu_inline, always_inline)) long gnu(long x) { return small(x) * 3; }
__attribute__((flatten)) static long flat(long x) { return apart(x) + external(x); }
__attribute__((cold, noinline)) static long rare(long x) { return quiet(x) * 100; }
__attribute__((optimize("O1"), noinline)) static long other_level(long x) { return forced(x) + small(2); }

int main(void)
{
    for (int i = 0; i < 4; i++) {
        note("forced", forced(i) + forced(i * 2));
        note("twice", twice_forced(i));
        note("apart", apart(i));
        note("external", external(i));
        note("gnu", gnu(i));
        note("flat", flat(i));
        if (i == 3)
            note("rare", rare(i));
        note("other level", other_level(i));
    }
    return finish();
}
