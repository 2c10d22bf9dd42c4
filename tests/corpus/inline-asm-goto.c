/* asm goto: forwards, backwards as the only loop, out of and into blocks, with outputs, with memory, under switch; locals that are
 * only read or written there; calls in the operands. */
#include "corpus.h"

struct node { struct node *next; long value; };

static long *where(long *p, long by) { quiet(by); return p + by; }
static struct node *next_of(struct node *n) { quiet(n->value); return n->next; }

static int sign(long x)
{
    __asm__ goto("test %0, %0\n\tjz %l[zero]\n\tjs %l2" : : "r"(quiet(x)) : "cc" : zero, negative);
    return (int)note("positive", 1);
zero:
    return (int)note("zero", 0);
negative:
    return (int)note("negative", -1);
}

/* The loop is made by asm goto alone, and what is live is live because of it. */
static long countdown(long n)
{
    long sum = 0, step = n & 1 ? 1 : 2;
again:
    sum += note("count", n);
    n -= step;
    __asm__ goto("cmp $0, %0\n\tjg %l[again]" : : "r"(n) : "cc" : again);
    return sum;
}

static long no_calls(long n)
{
    long sum = 0;
again:
    sum += n;
    n--;
    __asm__ goto("cmp $0, %0\n\tjg %l[again]" : : "r"(n) : "cc" : again);
    return quiet(sum);
}

/* The value that only the way over the label needs must be alive at the call before the jump. */
static long far(long n)
{
    long kept = n * 3, other = n * 5;

    note("before", n);
    __asm__ goto("test $1, %b0\n\tjnz %l[odd]" : : "q"(n) : "cc" : odd);
    return note("even", other);
odd:
    return note("odd", kept);
}

static long outputs(long n)
{
    long doubled, tripled;

    note("outputs", n);
    __asm__ goto("lea (%2,%2), %0\n\tlea (%2,%2,2), %1\n\ttest $2, %b2\n\tjnz %l[two]" : "=&r"(doubled), "=&r"(tripled) : "q"(n) : "cc" : two);
    return note("doubled", doubled);
two:
    return note("tripled", tripled);
}

static long blocks(long n)
{
    long sum = 0;

    for (int i = 0; i < 4; i++) {
        long inner = quiet(i);
        {
            long deep = inner + 1;
            __asm__ goto("cmp %1, %0\n\tje %l[skip]\n\tja %l[done]" : : "r"(inner), "r"(n) : "cc" : skip, done);
            sum += note("deep", deep);
        }
        sum += 10;
skip:
        note("skip", sum);
        switch (i) {
        case 1:
            __asm__ goto("cmp $0, %0\n\tje %l[other]" : : "m"(sum) : "cc" : other);
            sum += 100;
            break;
        other:
        default:
            sum += note("other", i);
        }
    }
done:
    return sum;
}

/* Calls in operands: inputs and places, in the order in which gcc has them. */
static long in_operands(long n)
{
    long table[4] = { n, n + 1, n + 2, n + 3 }, result, copy;
    struct node last = { NULL, 70 + n }, first = { &last, 60 }, *p = &first;

    __asm__("lea 1(%1), %0" : "=r"(result) : "r"(quiet(n)));
    __asm__("add %1, %0" : "+r"(result) : "r"(note("inner", note("outer", n) + 1)));
    __asm__ volatile("addq %1, %0" : "+m"(*where(table, 1)) : "r"(note("by", 5)) : "cc");
    __asm__ volatile("incq %0" : "+m"(where(table, 1)[2]) : : "cc");
    __asm__("mov %1, %0" : "=r"(copy) : "m"(next_of(p)->value));
    __asm__("lea (%1,%2), %0" : "=r"(*where(table, 0)) : "r"(copy), "r"((long)(int)quiet(n)));
    __asm__("imul %2, %0" : "=r"(result) : "0"(result), "rm"(quiet(n) ? quiet(2) : quiet(3)) : "cc");
    __asm__("mov %1, %0" : "=r"(*(p = next_of(p), &copy)) : "r"((note("comma", 1), p->value + 1)));
    __asm__ goto("cmp %1, %0\n\tja %l[above]" : : "r"(quiet(n)), "r"(quiet(2)) : "cc" : above);
    return note("below", table[0] + table[1] + table[3] + result + copy);
above:
    return note("above", table[0] + table[1] + table[3] + result + copy);
}

int main(void)
{
    long sum = 0;

    for (long i = -1; i < 5; i++) {
        sum += sign(i);
        sum += countdown(i + 1);
        sum += no_calls(i + 2);
        sum += far(i + 1);
        sum += outputs(i + 1);
        sum += blocks(i + 1);
        sum += in_operands(i + 1);
        note("sum", sum);
    }
    return finish();
}
