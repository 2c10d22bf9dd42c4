/* Builtins whose operands contain calls, or are not evaluated at all; unreachable code; frame addresses. */
#include <stddef.h>
#include "corpus.h"

struct s { int a; char b[10]; };

static int sign(int n)
{
    switch (quiet(n) > 0 ? 1 : quiet(-n) > 0 ? -1 : 0) {
    case 1: return 10;
    case 0: return 20;
    case -1: return 30;
    }
    __builtin_unreachable();
}

int main(void)
{
    int sum, clamped;
    char text[16];

    note("expect", __builtin_expect(quiet(3) == 3, 1) ? note("likely", 1) : note("unlikely", 2));
    note("overflow", __builtin_add_overflow((int)quiet(0x7fffffff), (int)quiet(1), &sum));
    note("sum", sum);
    note("overflow", __builtin_mul_overflow(quiet(3), 5, &clamped) * 100 + clamped);
    note("constant", __builtin_constant_p(note("never", 1)));
    note("choose", __builtin_choose_expr(1, quiet(5), "never"));
    note("bits", __builtin_popcountl((unsigned long)quiet(255)) + __builtin_clz((unsigned)quiet(1)) + __builtin_ffs(8));
    note("offset", (long)offsetof(struct s, b[3]) + (__builtin_object_size(text, 0) >= sizeof text));
    note("compatible", __builtin_types_compatible_p(int, __typeof__((int)quiet(1))));
    for (int i = -1; i < 2; i++)
        note("sign", sign(i));
    __builtin_memset(text, (int)quiet('x'), sizeof text - 1);
    text[15] = 0;
    puts(__builtin_strchr(text, (int)quiet('x')) + 10);
    note("swap", (long)__builtin_bswap16((unsigned short)quiet(0x1234)));
    note("frame", __builtin_frame_address(0) != NULL);
    if (quiet(0))
        __builtin_trap();
    return finish();
}
