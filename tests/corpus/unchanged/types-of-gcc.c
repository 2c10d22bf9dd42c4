/* Values whose type is gcc's own: bit-fields wider than int (a sum of 40 bits), narrow ones behind an increment (an int), constants of
   20 digits (__int128), builtins that libclang does not know, _Float32 (no double as an argument for ...), what _Generic selects by
   _Float64, _Float16 (a float until it is assigned). A function that would have to keep one in a temporary of another type is left as it is. */
/* warning: types-of-gcc\.c:[0-9]+: warning: 'wide_sum' is not instrumented: a value computed from the bit-field 'b' of more than 32 bits, which cannot be kept in a temporary */
/* warning: types-of-gcc\.c:[0-9]+: warning: 'wider_sum' is not instrumented: a value computed from the bit-field 'q' of more than 32 bits, which cannot be kept in a temporary */
/* warning: types-of-gcc\.c:[0-9]+: warning: 'narrow_increment' is not instrumented: a value computed from the bit-field 'n' where it is incremented or ends a statement expression, which cannot be kept in a temporary */
/* warning: types-of-gcc\.c:[0-9]+: warning: 'narrow_statement' is not instrumented: a value computed from the bit-field 'n' where it is incremented or ends a statement expression, which cannot be kept in a temporary */
/* warning: types-of-gcc\.c:[0-9]+: warning: 'long_constant' is not instrumented: a value computed from a constant that is too large for its type, which cannot be kept in a temporary */
/* warning: types-of-gcc\.c:[0-9]+: warning: 'unknown_result' is not instrumented: libclang does not know __builtin_bswap128, and a value of it, or for it, cannot be kept in a temporary */
/* warning: types-of-gcc\.c:[0-9]+: warning: 'single_typeof_mixed' is not instrumented: a value that may be of type _Float32, which cannot be kept in a temporary */
/* warning: types-of-gcc\.c:[0-9]+: warning: 'single_auto' is not instrumented: a value that may be of type _Float32, which cannot be kept in a temporary */
/* warning: types-of-gcc\.c:[0-9]+: warning: 'selected' is not instrumented: a value that is selected by a type, where there are types that libclang does not know, which cannot be kept in a temporary */
/* warning: types-of-gcc\.c:[0-9]+: warning: 'half_product' is not instrumented: a value computed from _Float16, which cannot be kept in a temporary */
#include "../corpus.h"

#include <stdarg.h>

struct wide { unsigned long b : 40; long s : 35; };

struct wider { unsigned __int128 q : 64; };

struct narrow { unsigned n : 3; };

static struct wider wider = { 0xFFFFFFFFFFFFFFFF };
static struct narrow narrow = { 1 };
static struct wide wide = { 0xFFFFFFFFFF, -1 };
static _Float32 single = 1.5;
static _Float16 half = 0.1;

__attribute__((noinline)) static _Float32 single_of(long n)
{
    note("single", n);
    return n / (_Float32)2;
}

__attribute__((noinline)) static double sum(int n, ...)
{
    va_list list;
    double result = 0;

    va_start(list, n);
    while (n-- > 0) {
        result += va_arg(list, _Float32);
        result += (double)va_arg(list, long);
    }
    va_end(list);
    return result;
}

static void wide_sum(void) { note("sum of 40 bits", wide.b + quiet(1) == 0); printf("%lx\n", (unsigned long)(wide.b + (int)note("one", 1))); }

static void wide_comparison(void) { printf("%d\n", wide.b < (unsigned)note("small", -1)); }

static void wide_alone(void) { wide.b = (unsigned long)note("set", 7); note("read", (long)wide.b); }

static void wide_condition(void) { printf("%lx\n", (unsigned long)((quiet(1) ? wide.b : (unsigned long)note("not", 2)) + 1)); }

static void wider_sum(void) { printf("%d\n", wider.q + 1 == (unsigned)note("zero", 0)); }

static void narrow_increment(void) { printf("%d\n", narrow.n++ - 5 < (int)note("zero", 0)); }

static void narrow_statement(void) { printf("%d\n", ({ narrow.n; }) - 5 < (int)note("zero", 0)); }

static void narrow_assigned(void) { printf("%d\n", (narrow.n = 9) - 5 < (int)note("zero", 0)); }

static void long_constant(void) { printf("%d\n", (quiet(1) ? 18446744073709551615 : -1) > note("zero", 0)); }

static void unknown_result(void) { printf("%lx\n", (unsigned long)((__builtin_bswap128(narrow.n) + (unsigned)note("one", 1)) >> 64)); }

static void unknown_result_alone(void) { printf("%d\n", __builtin_add_overflow_p(6, (int)note("six", 6), narrow.n)); }

static void unknown_alone(void) { printf("%d\n", __builtin_add_overflow_p(6, (int)note("six", 6), (short)0)); }

static void single_result(void) { printf("%g\n", sum(2, single_of(3), note("a", 4), single_of(5), note("b", 6))); }

static void single_variable(void) { printf("%g\n", sum((int)note("count", 1), single, 2L)); }

static void single_mixed(void) { float f = 2.25F; printf("%g\n", sum((int)note("count", 1), single * f, 2L)); }

static void single_typeof_mixed(void) { float f = 2.25F; __typeof__(single * f) g = f, *p = &g; printf("%g\n", sum((int)note("count", 1), *p + g, 2L)); }

static void single_auto(void) { __auto_type f = single * 2.25F; __typeof__(f) *p = &f; printf("%g\n", sum((int)note("count", 1), *p + f, 2L)); }

static void single_auto_alone(void) { __auto_type f = single * 2.25F; __typeof__(f) *p = &f; printf("%g\n", sum((int)note("count", 1), f, (long)*p)); }

static void selected(void) { _Float64 d = 1; printf("%s\n", _Generic(d, double: 1, default: "other") + (int)note("zero", 0)); }

static void single_typeof(void)
{
    __auto_type s = single_of(9);
    __typeof__(single) t = single_of(8);
    _Float32 *p = &t;

    note("between", 1);
    printf("%g\n", sum((int)note("count", 3), s, 1L, t, note("t", 2), *p, 3L));
    printf("%g\n", sum((int)note("count", 1), *p, 3L));
}

static void single_alone(void) { printf("%g\n", sum((int)note("count", 2), single * single, 2L, -single, 3L)); }

static void half_product(void) { printf("%.9g\n", (double)(half * half + (_Float16)note("half", 2))); }

static void half_kept(void) { _Float16 h = half * half; note("between", 2); printf("%.9g\n", (double)h); }

int main(void)
{
    wide_sum();
    wide_comparison();
    wide_alone();
    wide_condition();
    wider_sum();
    narrow_increment();
    narrow_statement();
    narrow_assigned();
    long_constant();
    unknown_result();
    unknown_result_alone();
    unknown_alone();
    single_result();
    single_variable();
    single_mixed();
    single_typeof_mixed();
    single_auto();
    single_auto_alone();
    selected();
    single_typeof();
    single_alone();
    half_product();
    half_kept();
    return finish();
}
