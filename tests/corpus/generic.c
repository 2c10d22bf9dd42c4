/* _Generic, __auto_type, __typeof__, _Static_assert, _Alignof, sizeof: operands that are not evaluated. */
#include "corpus.h"

#define KIND(x) _Generic((x), int: "int", long: "long", double: "double", char *: "text", default: "other")
#define TWICE(x) _Generic((x), double: twice_real, default: twice)(x)

_Static_assert(sizeof(int) == 4, "int");

static long twice(long x) { return quiet(x) * 2; }
static double twice_real(double x) { return quiet_real(x) * 2; }

int main(void)
{
    __auto_type a = twice(3);
    __auto_type r = twice_real(1.25);
    __typeof__(twice(note("never", 1))) t = 9;
    __typeof__(&twice) f = twice;

    printf("%s %s %s %s %s\n", KIND(1), KIND(a), KIND(r), KIND("x"), KIND(&a));
    note("auto", a);
    note_real("auto", r);
    note("generic", TWICE(21));
    note_real("generic", TWICE(2.5));
    note("unevaluated", (long)sizeof(note("never", 2)) + (long)sizeof twice(5) + t);
    note("alignof", (long)_Alignof(double));
    note("not evaluated in _Generic", _Generic(note("never", 3), long: quiet(7), default: 0));
    note("f", f((long)sizeof(int[3])));
    _Static_assert(_Alignof(long) == 8, "long");
    int n = 3;
    note("a VLA's size is evaluated", (long)sizeof(char[n++ + quiet(2)]));
    note("n", n);
    return finish();
}
