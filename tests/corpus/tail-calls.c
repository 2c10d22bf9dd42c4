/* Tail calls: cycles of them, through pointers, void and valued, with escaped arguments that forbid them,
 * beside scopes whose escaped variables are gone. */
#include "corpus.h"

struct job { void (*run)(struct job *); long left, done; };

static long count_a(long n, long sum);
static long count_b(long n, long sum) { return n <= 0 ? sum : count_a(n - 1, sum + n % 3); }
static long count_a(long n, long sum) { return n <= 0 ? sum : count_b(n - 1, sum * 2 % 1009); }

static void tick(struct job *job);
static void tock(struct job *job)
{
    job->done += 2;
    if (job->left-- > 0)
        return tick(job);
}
static void tick(struct job *job)
{
    job->done = job->done * 3 % 10007;
    if (job->left-- > 0)
        job->run(job);
}

static long final(const long *p) { return quiet(*p) + 1; }
static long escaped(long x) { return final(&x); }
static long through(long (*f)(long), long x) { return f(x + 1); }
static int narrow(long x) { return (int)quiet(x); }
static long widened(long x) { return narrow(x); }
static int parity(unsigned n) { if (n < 2) return (int)n; return parity(n - 2); }

/* In tail position while no escaped variable lives, and while one does. */
static long scopes(long n)
{
    if (n % 2) return count_a(n, 1);
    {
        long inner[2] = { n, 3 };
        n += final(inner);
    }
    switch (n % 3) {
    case 0: return count_a(n, 2);
    case 1: { long kept = n; return final(&kept); }
    default: return quiet(n);
    }
}

static long downwards(long n)
{
    if (n > 90) { long copy = n; n -= final(&copy) % 5; }
    return n <= 0 ? quiet(n) : downwards(n - 7);
}

/* A jump back into a scope: its variable still lives at the return above it. */
static long again(long n)
{
    const long *last = 0;
top:
    if (last && n > 3) return final(last);
    long here = n;
    last = &here;
    n += quiet(2);
    goto top;
}

/* Nothing is left but what an assertion has left, or to return what the call has returned. */
#define assertion(x) ((void)0)
static void tried(struct job *job) { if (job->left > 3) { tick(job); assertion(job->left); } else { do { tock(job); } while (0); ; } assertion(1); do { } while (0); }
static long passed(long n) { long result = count_a(n, 3); assertion(result > 0); return result; }
static long passed_later(long n) { long result = n; if (n % 2) { result = count_b(n, 5); assertion(result); return (result); } result = passed(n); return result; }
static long changed(long n) { long result = count_a(n, 3); result++; return result; }

int main(void)
{
    struct job job = { tock, 200, 1 };

    note("count", count_a(300, 7));
    tick(&job);
    note("done", job.done);
    note("escaped", escaped(41));
    note("through", through(escaped, 5));
    note("widened", widened(0x100000007));
    for (long n = 4; n < 9; n++) note("scopes", scopes(n));
    note("downwards", downwards(99));
    note("again", again(1));
    note("parity", parity(301));
    job.left = 9;
    tried(&job);
    job.left = 2;
    tried(&job);
    note("tried", job.done);
    for (long n = 4; n < 8; n++) note("passed", passed_later(n) + changed(n));
    return finish();
}
