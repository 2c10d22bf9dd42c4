/* Builtins that gcc makes operators take their arguments from left to right, unlike functions. */
#include "corpus.h"
#include <math.h>

int main(void)
{
    int sum = 0;
    unsigned char small = 0;
    _Complex double z;

    note("overflow", __builtin_add_overflow((int)note("left", 0x7fffffff), (int)note("right", 1), &sum));
    note("sum", sum);
    note("overflow", __builtin_mul_overflow((int)note("left", 100), note("right", 3), &small));
    note("product", small);
    note("overflow", __builtin_sub_overflow_p((int)note("left", 1), note("right", 2), (unsigned char)0));
    note("less", isless(note_real("left", 1), note_real("right", 2)));
    note("greater", isgreaterequal(note_real("left", 1), note_real("right", 2)));
    note("unordered", isunordered(note_real("left", 1), note_real("right", 2)));
    z = __builtin_complex(note_real("real", 1), note_real("imaginary", 2));
    note_real("imaginary", __imag__ z);
    return finish();
}
