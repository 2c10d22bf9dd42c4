/* flags: -lm */
/* The types _FloatN and _FloatNx: complex ones, suffixes of constants, builtins. An argument of type _Float32 for ... is
   not passed as a double, and arithmetic of float and _Float32 is _Float32: a temporary of another type would show. */
#define _GNU_SOURCE
#include "corpus.h"

#include <complex.h>
#include <stdarg.h>

static _Complex _Float32 single = 1.25f32 + 2.5if32;
static _Float32 _Complex reversed = 0x1.8p1f32 - 1.F32 * 1.0i;
static __complex__ _Float32 gnu = .5f32;
static _Complex _Float64 wide = 1e-3f64;
static _Complex _Float32x wider = 1.5F32x;
static _Float64x longest = 0x1.8p3f64x;
static _Float128 quad = 1.25e1f128;
static _Float32 nan_or_not = __builtin_nanf32("");
static _Float64 infinity = __builtin_inff64();
static float plain = 0.3f;

__attribute__((noinline)) static _Float32 half_of(long n)
{
    note("half", n);
    return n / 2.0f32;
}

__attribute__((noinline)) static _Complex _Float32 turned(_Complex _Float32 z)
{
    note_real("real", __real__ z);
    return z * 1.0if32;
}

/* For each: a _Float32, a long. */
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

/* For each: a _Complex _Float32, a long. */
__attribute__((noinline)) static double complex_sum(int n, ...)
{
    va_list list;
    double result = 0;

    va_start(list, n);
    while (n-- > 0) {
        _Complex _Float32 z = va_arg(list, _Complex _Float32);
        result += __real__ z + 16 * __imag__ z;
        result += (double)va_arg(list, long);
    }
    va_end(list);
    return result;
}

static void constants(void)
{
    note_real("f32", 0.1f32 * (_Float32)quiet(3));
    note_real("f32x", 0.1f32x * (_Float32x)quiet(3));
    note_real("f64", 0.1F64 * (_Float64)quiet(3));
    note_real("f64x", (double)(0.1f64x * (_Float64x)quiet(3) - 0.3f64x));
    note_real("f128", (double)(0.1f128 * (_Float128)quiet(3) - 0.3F128));
    note("no suffix", 0xf32 + 0x1f64 + 0xF128 + quiet(1));
    note("size", (long)(sizeof 1.0f32 + sizeof 1.0f64 * 16 + sizeof 1.0f64x * 256 + sizeof 1.0f128 * 4096 + sizeof 1.0if32 * 65536));
}

static void kept_constants(void)
{
    note_real("sum", sum((int)note("count", 2), plain * 0.1f32, note("a", 1), half_of(7) + plain, note("b", 2)));
    note_real("negative", sum((int)note("count", 1), -(plain * 2 + 1.5f32), note("c", 3)));
    note_real("chosen", sum((int)note("count", 1), quiet(1) ? plain : half_of(3), note("d", 4)));
    note_real("builtin", sum((int)note("count", 1), __builtin_fabsf32(-plain), note("e", 5)));
}

static void complexes(void)
{
    _Complex _Float32 local = single;

    local += turned(reversed) + turned(gnu) * half_of(1);
    note_real("real", __real__ local);
    note_real("imaginary", __imag__ local);
    note_real("part", sum((int)note("count", 2), __real__ local, note("a", 1), __imag__ local * 2, note("b", 2)));
    note_real("whole", complex_sum((int)note("count", 3), local, note("c", 3), local * plain, note("d", 4), turned(local), note("e", 5)));
    note_real("function", __real__ conjf32(turned(local)));
    note_real("conditional", complex_sum((int)note("count", 1), quiet(0) ? turned(local) : plain, note("f", 6)));
    wide = wide * (_Float64)quiet(3) + wider;
    note_real("wide", __real__ wide);
}

static void loops(void)
{
    _Float32 step = 0.1f32;
    _Complex _Float32 power = 1.0f32;

    for (_Float32 x = 0.0f32; x < 1.0f32; x += step) {
        power *= single / 2.0f32;
        note_real("step", x);
        note_real("power", __imag__ power);
    }
}

int main(void)
{
    constants();
    kept_constants();
    complexes();
    loops();
    note("nan", nan_or_not != nan_or_not);
    note("infinite", infinity > __builtin_huge_valf64() - 1);
    note_real("longest", (double)(longest * (_Float64x)quiet(2)));
    note_real("quad", (double)(quad * (_Float128)quiet(2)));
    return finish();
}
