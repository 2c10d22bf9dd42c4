/* Jumps past the declarations of locals whose address is used, into their scopes: by goto, switch, computed goto, asm goto; the
 * locals are given values behind the label. Loops go out of the scopes and in again. */
#include "corpus.h"

static void add(long *p, long by) { *p += quiet(by); }
static long total(const long *p, int n) { long sum = 0; while (n-- > 0) sum += quiet(p[n]); return sum; }
static MAYBE_UNUSED __attribute__((noinline)) long fill(void) { volatile char junk[4000]; for (int i = 0; i < 4000; i++) junk[i] = 0x41; return quiet(junk[77]); }

static long behind(long n)
{
    if (fill() + n < 67)
        goto out;
    long table[4] = { n, n + 1, n + 2, n + 3 }, single = note("declared", n);
    add(&single, total(table, 4));
out:
    table[0] = n;
    table[3] = fill();
    single = quiet(table[3]);
    add(&single, table[0]);
    add(&table[0], single);
    return note("behind", single + table[0] + table[3]);
}

static long into_block(long n)
{
    long sum = 0;

    if (quiet(n) & 1)
        goto in;
    for (int round = 0; round < 3; round++) {
        long outer = note("round", round);
        add(&outer, 1);
        {
            long block[2] = { 1, 2 };
            long inner = total(block, 2);
            sum += inner;
            if (0) {
in:
                round = 1;
                outer = 5;
                block[1] = n;
            }
            block[0] = quiet(outer);
            inner = block[0] + block[1];
            add(&inner, outer);
            add(&outer, inner);
            sum += note("inner", inner + outer);
            if (n == 2 && round == 2) {
                n = 1;
                goto in;
            }
        }
        sum += outer;
    }
    return sum;
}

static long by_switch(long n)
{
    long sum = 0;

    for (int i = 0; i < 6; i++) {
        fill();
        switch (quiet(i + n) % 6) {
            long first;
        case 0:
            first = n;
            add(&first, 10);
            sum += note("first", first);
            break;
        case 1: {
            long second = n + 1;
            add(&second, 20);
        case 2:
            second = i;
            add(&second, 30);
            sum += note("second", second);
        } /* fall through */
        case 3:
            first = quiet(3);
            add(&first, i);
            sum += note("third", first);
            if (i == 2)
                continue;
            break;
        default:
            if (n) {
                long last;
        case 5:
                last = n + 7;
                add(&last, sum);
                sum = note("last", last);
            }
        }
    }
    return sum;
}

static long by_computed_goto(long n)
{
    static const void *const table[] = { &&zero, &&one, &&two, &&three };
    long sum = 0;

    goto *table[quiet(n) & 3];
zero:
    sum += note("zero", sum);
    {
        long a[2] = { n, n };
        add(a, 1);
one:
        a[1] = fill();
        a[0] = quiet(sum);
        add(&a[0], a[1]);
        sum += note("one", a[0]);
        {
            long b = 1;
            add(&b, a[0]);
two:
            b = quiet(n);
            a[1] = n;
            add(&b, 3);
            add(&a[1], b);
            sum += note("two", b + a[1]);
            if (sum < 500 && n)
                goto *table[quiet(sum) & 3];
        }
    }
three:
    return note("three", sum);
}

static long by_asm_goto(long n)
{
    long sum = quiet(n);

    __asm__ goto("test $1, %b0\n\tjnz %l[odd]" : : "q"(n) : "cc" : odd);
    {
        long x = note("even", n);
        add(&x, 1);
        sum += x;
odd:
        x = fill();
        add(&x, n);
        sum += note("x", x);
    }
    return sum;
}

static long in_expression(long n)
{
    long value = ({
        if (quiet(n) > 1)
            goto late;
        long e = n;
        add(&e, 2);
    late:
        e = fill();
        add(&e, n);
        note("e", e);
    });
    if (n) switch (n) case 2: if (0) { long z; case 3: z = n; add(&z, value); value = note("z", z); }
    return value;
}

int main(void)
{
    for (long n = 0; n < 5; n++) {
        note("behind", behind(n));
        note("block", into_block(n));
        note("switch", by_switch(n));
        note("computed", by_computed_goto(n));
        note("asm", by_asm_goto(n));
        note("expression", in_expression(n));
    }
    return finish();
}
