/* Inline assembly: operands, clobbers, memory, asm goto, register variables, between calls. */
#include "corpus.h"

static long rotate(long x, int by)
{
    long r;
    __asm__("rolq %%cl, %0" : "=r"(r) : "0"(x), "c"(by) : "cc");
    return quiet(r & 0xffff) + (r >> 60);
}

static int is_zero(long x)
{
    __asm__ goto("test %0, %0\n\tjz %l[zero]" : : "r"(x) : "cc" : zero);
    return (int)quiet(0);
zero:
    return (int)quiet(1);
}

static void add_into(long *memory, long by)
{
    __asm__ volatile("addq %1, %0" : "+m"(*memory) : "r"(quiet(by)) : "cc", "memory");
}

int main(void)
{
    long sum = 3;

    for (int i = 0; i < 5; i++) {
        add_into(&sum, rotate(i * 77, i));
        note("sum", sum);
        note("zero", is_zero(i % 2));
        __asm__ volatile("" ::: "memory");
    }
    register long fixed __asm__("rbx") = quiet(5);
    __asm__("addq $2, %0" : "+r"(fixed));
    note("fixed", fixed);
    unsigned low, high;
    __asm__("mull %3" : "=a"(low), "=d"(high) : "0"((unsigned)quiet(0x70000000)), "r"((unsigned)quiet(9)) : "cc");
    note("product", (long)high << 32 | low);
    return finish();
}
