/* What library-inlines.c has from a library: for the compiler this is a system header. */
#pragma GCC system_header

static inline int ignores(long (*call)(long), long x) { call(x); return 7; }
static inline __attribute__((always_inline)) int ignores_always(long (*call)(long), long x) { call(x); return 8; }
static inline long after(long (*call)(long), long x) { return call(x) * 3; }
static inline __attribute__((always_inline)) long after_always(long (*call)(long), long x) { return call(x) * 3; }
static inline long several(long (*call)(long), long n)
{
    long sum = 0;
    for (long i = 0; i < n; i++)
        sum = sum * 3 + call(i);
    return sum;
}
