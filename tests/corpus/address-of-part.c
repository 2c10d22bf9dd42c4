/* Addresses of parts: of a complex number, and of an array in a struct that a function returns. */
#include "corpus.h"

struct text { int number; char text[40]; long values[3]; };

__attribute__((noinline)) static struct text make(int n)
{
    struct text made = { n, "text", { n, (int)note("made", n), n + 2 } };

    made.text[quiet(3)] = 'n';
    return made;
}

/* Its frame is deep enough to lie where a new one would. */
__attribute__((noinline)) static void add(double *part, int depth)
{
    volatile char pad[200];

    pad[depth] = 1;
    if (depth > 0)
        add(part, depth - 1);
    note("add", depth);
    *part += pad[depth];
}

__attribute__((noinline)) static long read(const char *text, const long *values)
{
    for (int i = 0; i < 3; i++)
        note(text, values == NULL ? i : values[i]);
    return (long)strlen(text);
}

int main(void)
{
    _Complex double z = (double)quiet(1) + 2i;
    double *imaginary = &__imag__ z;
    struct text chosen;

    add(imaginary, 3);
    note_real("imaginary", __imag__ z);
    add(&__real__ z, 2);
    note_real("real", __real__ z);
    note("imaginary", (long)*imaginary);
    note("length", read(make(3).text, NULL));
    note("length", read((quiet(1) ? make(4) : make(5)).text, NULL) + make(6).values[quiet(1)]);
    note("length", read("values", (chosen = make(7)).values));
    note("length", read(({ struct text inner = make(8); inner; }).text, chosen.values));
    return finish();
}
