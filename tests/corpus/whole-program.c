/* The compiler may drop what nothing calls: what is dropped needs no record. */
/* flags: -fwhole-program */
#include "corpus.h"

long nobody_calls(long x) { return quiet(x) + 1; }
long once(long x) { return note("once", x) * 2; }

static inline long dropped(void)
{
#ifdef __OPTIMIZE__
    extern long does_not_exist;
    return does_not_exist;
#else
    return 0;
#endif
}

static inline long compares(void)
{
    return dropped == dropped ? 1 : dropped();
}

static inline long keeps(long (*f)(long), long x) { return f(x); }

int main(void)
{
    for (long i = 0; i < 3; i++)
        note("kept", keeps(once, quiet(i)));
    return finish();
}
