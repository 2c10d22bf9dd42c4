/* Scalars of every width live at one point: bool, char, short, int, long, pointers, enums, float, double, and constants. */
#include "corpus.h"

enum small { A = -1, B = 1 };
enum large { L = 0x7fffffffff };

static void scalars(_Bool b, signed char c, unsigned char uc, short s, unsigned short us, int i, unsigned u, long l,
                    unsigned long ul, float f, double d, void *p, enum small e, enum large g)
{
    const int constant = 12;
    int known = 7;
    char *text = "text";

    for (int round = 0; round < 3; round++) {
        quiet(round);
        b = !b, c = (signed char)(c - 7), uc = (unsigned char)(uc + 9), s = (short)(s * 3), us = (unsigned short)(us + 40000);
        i = i / 2 - 5, u = u * 3 + 1, l -= 1L << 33, ul = ul * 5 + 1, f /= 2, d *= 1.125, e = e == A ? B : A;
        text++;
        quiet(known + constant);
        note("narrow", b + c + uc + s + us);
        note("wide", i + (long)u + l + (long)(ul % 1009));
        note_real("real", f + d);
        note("others", e + (p == &checksum) + (g == L) + *text);
    }
}

int main(void)
{
    scalars(1, -100, 200, -3000, 60000, -70000, 4000000000u, -5L * 4096, ~0ul, 0.75f, 1e10, &checksum, A, L);
    scalars(0, 127, 255, 32767, 65535, 0x7fffffff, 0, 0, 1, -0.0f, -1e-300, NULL, B, L);
    return finish();
}
