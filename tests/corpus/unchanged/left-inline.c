/* Inline functions that are left as they are, and call others that are instrumented. They are kept from being inlined, of
   which gcc must not warn; where they must be inlined (always_inline, gnu_inline), what they call is kept from that instead. */
/* warning: left-inline\.c:[0-9]+: warning: 'plain' is not instrumented: a value computed from the bit-field */
/* warning: left-inline\.c:[0-9]+: warning: 'always' is not instrumented: a value computed from the bit-field */
/* warning: left-inline\.c:[0-9]+: warning: 'last' is not instrumented: a value computed from the bit-field */
/* warning: left-inline\.c:[0-9]+: warning: 'outside' is not instrumented: a value computed from the bit-field */
/* warning: left-inline\.c:[0-9]+: warning: 'inner' is not instrumented: it is always inlined, into a function that is not instrumented */
#include "../corpus.h"

#define ALWAYS __attribute__((always_inline)) inline

static struct { unsigned long b : 40; } wide = { 3 };

static inline long plain(long n);

static long step(long n)
{
    long sum = 0;

    for (long i = 0; i < n; i++)
        sum += quiet(i);
    return sum;
}

static inline long helper(long n) { return note("helper", n) + step(n); }

static ALWAYS long inner(long n) { return 2 * quiet(n) + step(n); }

static inline long plain(long n) { return (long)(wide.b + (unsigned long)step(n) - (unsigned long)quiet(1)); }

static ALWAYS long always(long n) { return (long)(wide.b + (unsigned long)inner(n) - (unsigned long)helper(n)); }

/* Were step inlined into it as well, its way out would lead past the sum to the site behind the call of last. */
static ALWAYS long last(long n) { return (long)(wide.b + (unsigned long)step(n)); }

/* Its external definition is the next function. */
extern inline __attribute__((gnu_inline)) long outside(long n) { return (long)(wide.b + (unsigned long)step(n) + (unsigned long)quiet(5)); }

long definition(long n) __asm__("outside");

long definition(long n) { return (long)wide.b + step(n) + quiet(5); }

static long all(long n)
{
    long sum = note("plain", plain(n));

    sum = 3 * sum + always(n);
    sum = note("sum", sum) + outside(n) * 7;
    sum = 5 * sum + last(n + 1);
    return sum;
}

int main(void)
{
    for (long i = 0; i < 4; i++)
        note("all", all(i));
    note("wide", (long)wide.b);
    return finish();
}
