/* Functions without a prototype: implicit declarations, empty parameter lists, calls through such pointers. */
/* flags: -std=gnu90 -w */
#include "corpus.h"

int pointer_to();

int main()
{
    int (*f)() = pointer_to;
    int i;

    for (i = 0; i < 3; i++) {
        note("implicit", (long)implicit(i, i * 2));
        note("empty list", (long)f(i, 5));
    }
    note("abs", (long)abs((int)quiet(-4L)));
    note("doubles", (long)reals(1.5, 2.5));
    return finish();
}

int implicit(int a, int b) { return (int)quiet((long)a) * 10 + b; }
int pointer_to(int a, int b) { return (int)quiet((long)b) + a; }
int reals(double a, double b) { return (int)(quiet_real(a) * 4 + b); }
