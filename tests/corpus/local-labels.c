/* __label__ at the start of functions, of loops with a point of their own, and of statement expressions. */
#include "corpus.h"

static volatile int limit = 3;

__attribute__((noinline)) static long function(int n)
{
    __label__ again, done;
    long sum = 0;

again:
    sum += note("again", n);
    if (--n > 0)
        goto again;
    while (limit > 0) {
        __label__ skip;
        if (limit == 2)
            goto skip;
        sum += limit;
    skip:
        limit--;
    }
    for (;;) {
        __label__ next;
        if (quiet(sum) > 100)
            goto done;
        if (sum & 1)
            goto next;
        note("even", sum);
    next:
        sum += 13;
    }
done:
    return sum;
}

__attribute__((noinline)) static long recursive(long n)
{
    __label__ end;
    long value = n;

    if (n == 0)
        goto end;
    value = ({ __label__ out; long inner = note("inner", n); if (inner > 2) goto out; inner *= 2; out: ; inner; });
    return recursive(n - 1);
end:
    return note("end", value);
}

int main(void)
{
    note("function", function(4));
    note("recursive", recursive(4));
    return finish();
}
