/* _Complex: over calls, as arguments and results, in arrays, parts as left sides. */
/* flags: -lm */
#include <complex.h>
#include "corpus.h"

static double complex turn(double complex z, int quarter)
{
    while (quiet(quarter--) > 0)
        z *= I;
    return z;
}

static float complex half(float complex z) { quiet((long)crealf(z)); return z / 2; }
static long double complex wide(long double complex z) { return z * quiet(2); }

static void show(const char *name, double complex z) { note_real(name, creal(z)); note_real(name, cimag(z)); }

int main(void)
{
    double complex z = 1 + 2 * I, sum = 0, table[4];
    float complex f;

    show("turned", turn(z, 1));
    show("sum", turn(z, 2) + turn(z, 3) * z);
    for (int i = 0; i < 4; i++) {
        table[i] = turn(z, i) + i;
        sum += table[i] * turn(z, 1);
    }
    show("sum", sum);
    __real__ z = quiet_real(7);
    __imag__ z += quiet_real(3);
    show("parts", z);
    f = half(3 + 5 * I) + half(half(9));
    show("float", f);
    show("long double", (double complex)wide(1.5L + 2.5L * I));
    show("conjugate", conj(turn(z, 1)) == ~turn(z, 1));
    double complex keep = z * z, other = turn(keep, 1);
    quiet(1);
    show("kept", keep - other);
    return finish();
}
