/* Locals bound to registers: those that calls preserve, live across calls and loops; those for system calls; with inline assembly that
 * reads and writes them; beside others of the same declaration; of the same register one after the other. */
#include <sys/syscall.h>
#include <unistd.h>
#include "corpus.h"

/* Two variables of one register in one function are too much for gcc, and so is inlining one into the other. */
#define NOINLINE __attribute__((noinline))

static NOINLINE long preserved(long n)
{
    register long a __asm__("rbx") = n;
    register long b __asm__("r12") = quiet(n + 1), plain = n + 2;

    for (int i = 0; i < 3; i++) {
        a += note("a", a + i);
        __asm__("add %1, %0" : "+r"(b) : "r"(a) : "cc");
        plain += note("b", b);
    }
    return a + b + plain;
}

/* Without a register's name the word says only that nobody takes the address: a site does, of what it records in memory. */
struct bits {
    unsigned a : 4, b : 12;
    long c, d;
};

static NOINLINE long structs(struct bits *from, int n)
{
    register struct bits x = *from, *p = from;
    register __int128 wide = n;
    register int i;

    for (i = 0; i < n; i++) {
        x.b += (unsigned)quiet(x.a);
        wide += quiet(x.c);
        if (x.b > 99)
            x = p[i & 1];
    }
    return x.b + x.d + (long)wide;
}

static NOINLINE long in_loop(long n)
{
    long sum = 0;

    do {
        register unsigned int narrow __asm__("r13") = (unsigned)n;
        __asm__ volatile("addl $7, %k0" : "+r"(narrow) : : "cc");
        sum += narrow;
        n >>= 1;
        quiet(n);
        sum += narrow;
    } while (n != 0);
    return sum;
}

static NOINLINE long system_call(const char *text, long length)
{
    register long number __asm__("rax") = SYS_write;
    register long fd __asm__("rdi") = 1;
    register const char *from __asm__("rsi") = text;
    register long size __asm__("rdx") = length;

    __asm__ volatile("syscall" : "+r"(number) : "r"(fd), "r"(from), "r"(size) : "rcx", "r11", "memory");
    return number;
}

/* No point at which anything is alive, and two of one register. */
static NOINLINE long one_after_the_other(long n)
{
    long sum = quiet(n);
    {
        register long first __asm__("r14") = n * 2;
        __asm__("inc %0" : "+r"(first) : : "cc");
        sum += first;
    }
    sum += note("between", sum);
    register long second __asm__("r14") = n * 3;
    __asm__("dec %0" : "+r"(second) : : "cc");
    sum += second;
    return note("sum", sum);
}

static NOINLINE long written_only(long n)
{
    register long out __asm__("r15");
    long sum = 0;

    for (long i = 0; i < n; i++) {
        quiet(i);
        __asm__("lea 5(%1), %0" : "=r"(out) : "r"(i));
        sum += out;
        quiet(sum);
    }
    return sum;
}

static NOINLINE double floating(double x)
{
    register double scale __asm__("xmm9") = x / 4;
    __asm__("addsd %0, %0" : "+x"(scale));
    return scale;
}

static NOINLINE int *pointer(int *p, long n)
{
    register int *volatile_free __asm__("rbx") = p;

    while (n-- > 0) {
        if (quiet(*volatile_free) == 3)
            break;
        __asm__("add $4, %0" : "+r"(volatile_free) : : "cc");
    }
    return volatile_free;
}

int main(void)
{
    static int numbers[] = { 5, 4, 3, 2, 1 };
    static struct bits both[] = { { 7, 60, 1, 2 }, { 3, 5, 4, 5 } };
    register long fixed __asm__("rbx") = quiet(5);

    for (int i = 0; i < 4; i++) {
        note("preserved", preserved(i));
        note("structs", structs(both, 5 + i));
        note("in a loop", in_loop(i * 77));
        fflush(stdout);
        note("written", system_call("written\n", 8));
        note("one after the other", one_after_the_other(i));
        note("written only", written_only(i));
        note_real("floating", floating(quiet_real(i)));
        note("pointer", *pointer(numbers, i));
        __asm__("addq $2, %0" : "+r"(fixed) : : "cc");
        note("fixed", fixed);
    }
    return finish();
}
