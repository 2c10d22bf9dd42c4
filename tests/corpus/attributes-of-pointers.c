/* Pointers to functions with attributes that belong to their type: a call goes through one that is kept while arguments are computed. */
#include "corpus.h"

struct three { int a, b, c; };

union bits { struct { unsigned low : 4, high : 4; }; unsigned char byte; };

__attribute__((ms_abi, noinline)) static struct three made(int a, double b, long c, int d, int e)
{
    note("made", a + e);
    return (struct three){ a + (int)b, (int)c + d, e };
}

static struct three (__attribute__((ms_abi)) *pointer)(int, double, long, int, int) = made;

int main(void)
{
    struct three (__attribute__((ms_abi)) *local)(int, double, long, int, int) = pointer;
    union bits bits = { .byte = (unsigned char)note("byte", 0xa5) };

    note("b", pointer(1, quiet_real(2), 3, (int)note("d", 4), 5).b);
    note("c", local(1, 2, note("c", 3), 4, (int)quiet(5)).c);
    note("bits", bits.high);
    return finish();
}
