/* Naked functions have no frame and no code but their own; the attribute can stand in another declaration. A function of such a name is none. */
/* warning: naked\.c:1[0-9]: warning: 'twice' is not instrumented: it is naked */
#include "../corpus.h"

long twice(long x) __attribute__((__naked__));
static long naked_sum(long n);

__attribute__((naked)) static long MAYBE_UNUSED next(long x MAYBE_UNUSED) { __asm__("lea 1(%rdi), %rax\n\tret"); }

long twice(long x MAYBE_UNUSED) { __asm__("lea (%rdi,%rdi), %rax\n\tret"); }

static long naked_sum(long n)
{
    long sum = 0;

    while (n > 0) {
        sum += next(n) + twice(n);
        n -= quiet(1);
    }
    return sum;
}

int main(void)
{
    long (*f)(long) = quiet(1) ? twice : next;

    for (int i = 0; i < 4; i++)
        note("sum", naked_sum(i) + f(i));
    return finish();
}
