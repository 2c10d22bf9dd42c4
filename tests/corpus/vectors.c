/* Vector types: live over calls, elements as left sides, comparison, shuffles, as arguments and results. */
#include "corpus.h"

typedef int v4si __attribute__((vector_size(16)));
typedef double v2df __attribute__((vector_size(16)));
typedef float v8sf __attribute__((vector_size(32)));
typedef char v8qi __attribute__((vector_size(8)));

static void add(v4si *to, const v4si *by) { quiet((*by)[0]); *to += *by; }
static v4si rotate(v4si v) { quiet(v[1]); return __builtin_shuffle(v, (v4si) { 1, 2, 3, 0 }); }
static v8qi merge(v8qi a, v8qi b) { return __builtin_shuffle(a, b, (v8qi) { 0, 8, 1, 9, 2, 10, (char)quiet(3), 11 }); }
static v2df scale(v2df v, double by) { return v * quiet_real(by); }

static void show(const char *name, const v4si *v)
{
    printf("%s:", name);
    for (int i = 0; i < 4; i++)
        printf(" %d", (*v)[i]);
    note("", (*v)[0] + 10L * (*v)[3]);
}

int main(void)
{
    v4si a = { 1, 2, 3, 4 }, b = { 10, 20, 30, 40 }, mask;
    v2df d = { 1.5, 2.5 };
    v8sf f = { 1, 2, 3, 4, 5, 6, 7, 8 };
    v8qi bytes = { 1, 2, 3, 4, 5, 6, 7, 8 };

    add(&a, &b);
    show("sum", &a);
    a = rotate(a) + rotate(b);
    show("rotated", &a);
    a[quiet(2)] = (int)note("element", 99);
    show("element", &a);
    mask = a > b;
    show("mask", &mask);
    for (int i = 0; i < 4; i++) {
        d = scale(d, 1.5) + d;
        f += (float)quiet(i);
        f = __builtin_shuffle(f, (int __attribute__((vector_size(32)))) { (int)quiet(1), 2, 3, 4, 5, 6, 7, 0 });
        bytes = merge(bytes, bytes);
        bytes ^= (v8qi) { (char)quiet(i), 1 };
    }
    note_real("d", d[0] + d[1]);
    note_real("f", f[0] + f[7]);
    note("bytes", bytes[0] * 10 + bytes[1]);
    return finish();
}
