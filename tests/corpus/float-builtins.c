/* Builtins that take a floating-point number of any type: a float stays one (a small float is a normal double). */
/* flags: -lm */
#include <math.h>
#include "corpus.h"

static float small = 1e-40f;
static double tiny = 1e-310;
static long double one = 1.0L;

static float smaller(float factor) { return small * factor * (float)quiet(1); }

/* At -Os a _Generic that libclang does not understand; the text is a system header's, but the statement is not. */
static void classes(void)
{
    note("class", (fpclassify(smaller(1)) == FP_SUBNORMAL ? 1 : 2) + quiet(1));
    note("class first", (fpclassify(small) == FP_SUBNORMAL) + 2 * (fpclassify(tiny) == FP_SUBNORMAL) + quiet(3));
}

int main(void)
{
    long sum;

    note("variable", (isnormal(small) != 0) + quiet(2));
    note("result", (isnormal(smaller(1)) != 0) + quiet(2));
    classes();
    note("sign", (signbit(-smaller(1)) != 0) + quiet(1));
    note("not a number", (isnan(smaller(NAN)) != 0) + 2 * (isinf(smaller(INFINITY)) != 0) + quiet(0));
    note("finite", (isfinite(one) != 0) + quiet(1));
    note("compared", isgreater(smaller(2), small) + 2 * isless(small, smaller(0.5f)) + quiet(4));
    note("overflow", __builtin_add_overflow(quiet(3), 4, &sum) + quiet(1));
    note("sum", sum);
    return finish();
}
