/* Jumps past the declaration of a variable whose address is used, into its scope: goto, switch, computed goto.  The
 * variable is there but holds nothing, so each case writes it before it reads it; what is written must be seen by
 * jumps that stay in the scope, and a scope that is left and entered again must not meddle with its neighbours. */
#include "corpus.h"

static void set(long *to, int n, long value)
{
    for (int i = 0; i < n; i++)
        to[i] = quiet(value + i);
}

static long sum(const long *from, int n)
{
    long result = 0;

    for (int i = 0; i < n; i++)
        result += from[i];
    return quiet(result);
}

/* Past the declaration or through it, in turns; what is nested has its own storage. */
static long in_turns(int n)
{
    long result = 0;

    for (int i = 0; i < n; i++) {
        note("turn", i);
        if (i % 3 != 0)
            goto inside;
        {
            long x[3] = { 7, 8, 9 };

            result += sum(x, 3);
inside:
            set(x, 3, i * 10);
            {
                long nested[3];

                set(nested, 3, 1000);
                result += sum(nested, 3);
                set(nested, 3, 2000);
            }
            result += sum(x, 3);
        }
        {
            long other[4];

            set(other, 4, 5000 + i);
            result -= sum(other, 4);
        }
    }
    return result;
}

/* The label is reached from outside once, then from inside: the value stays. */
static long again(int n)
{
    long total = 0;

    if (quiet(n) > 1)
        goto inside;
    {
        long x;

        set(&x, 1, 40);
        if (n < 0) {
inside:
            set(&x, 1, n);
        }
more:
        total += note("x", x);
        set(&x, 1, x + 1);
        if (x < 8)
            goto more;
        if (x < 12) {
            set(&x, 1, x * 2);
            if (x > 20)
                goto more;
        }
    }
    return total;
}

/* Over declarations at the outermost level, to a label in their scope. */
static long over(int n)
{
    long result = n;

    if (note("over", n) == 2)
        goto out;
    long x[2], y;
    set(x, 2, n);
    set(&y, 1, 9);
    if (n == 4)
        goto again;
    result += sum(x, 2) + y;
out:
    result += quiet(1);
    set(&y, 1, 3);
again:
    note("again", y);
    result += sum(&y, 1);
    if (result < 30 && n > 2) {
        n = 2;
        goto out;
    }
    return result;
}

/* Two scopes of one name. */
static long namesakes(int n)
{
    long result = 0;

    for (int round = 0; round < 3; round++) {
        if ((n + round) % 2)
            goto second;
        {
            long x = 1;

            set(&x, 1, 100 + round);
            result += sum(&x, 1);
            if (quiet(n) == 2)
                goto first;
            result += note("first", x);
            continue;
first:
            result += note("to first", x);
        }
        {
            long x = 2;

            result += sum(&x, 1);
second:
            set(&x, 1, 200 + round);
            result += note("second", x);
            {
                long x = 3;

                if (round == 1)
                    goto hidden;
                result += sum(&x, 1);
hidden:
                set(&x, 1, 300);
                result += sum(&x, 1);
            }
            result += sum(&x, 1);
        }
    }
    return result;
}

/* A declaration at the head of a switch is never executed. */
static long head(int n)
{
    long result = 0;

    for (; n > 0; n--)
        switch (quiet(n) % 5) {
            long x[2];
            volatile int v;
        case 0:
            set(x, 2, n);
            result += note("zero", sum(x, 2));
            break;
        case 1:
            v = (int)quiet(n);
            set(x, 2, 50);
            /* fall through */
        case 4:
            if (n % 5 == 4) {
                v = 5;
                set(x, 2, 60);
            }
            result += note("one or four", sum(x, 2) + v);
            v++;
            result += quiet(v);
            continue;
        default: {
            long y = 0;

            set(&y, 1, n);
            switch (note("y", y)) {
            case 3: result += sum(&y, 1); break;
            case 2: set(&y, 1, 22);  /* fall through */
            default: result += sum(&y, 1) * 2;
            }
        }
        }
    return result;
}

/* Duff's device with variables of its loop. */
static long device(int count)
{
    long result = 0;
    int rounds = (count + 3) / 4;

    switch (count % 4) {
        long carried;
        do {
            long each[2];

            set(each, 2, 70);
            result += sum(each, 2);
            /* fall through */
    case 0: set(each, 2, rounds); result += sum(each, 2);  /* fall through */
    case 3: set(&carried, 1, result); result += note("carried", carried);  /* fall through */
    case 2: set(each, 2, 3); result += quiet(1) + sum(each, 2);  /* fall through */
    case 1: set(&carried, 1, rounds); result += sum(&carried, 1);
        } while (--rounds > 0);
        result += note("carried at last", carried);
    }
    return result;
}

/* Into the body of a loop that declares what it counts with. */
static long into_loop(int n)
{
    long result = 0;

    if (n > 1)
        goto body;
    for (long i[2] = { 0, 0 }; i[0] < 3; set(i, 2, i[0] + 1)) {
        result += note("head", i[0]);
        if (n < 0) {
body:
            set(i, 2, n - 1);
        }
        result += sum(i, 2);
    }
    return result;
}

/* By addresses of labels. */
static long computed(const char *program)
{
    static const void *const table[] = { &&add, &&inside, &&leave };
    long result = 0;

next:
    goto *table[*program++ - 'a'];
add:
    result += quiet(1);
    goto next;
    {
        long x;

        set(&x, 1, 1);
inside:
        set(&x, 1, result + 10);
        result = note("inside", x);
        if (*program == 'b') {
            program++;
            set(&x, 1, 5);
            goto *table[quiet(1)];
        }
    }
    goto next;
leave:
    return result;
}

int main(void)
{
    for (int i = 1; i < 6; i++)
        note("in turns", in_turns(i));
    for (int i = -1; i < 10; i += 2)
        note("again", again(i));
    for (int i = 1; i < 6; i++)
        note("over", over(i));
    note("namesakes", namesakes(1) + namesakes(2));
    note("head", head(9));
    for (int count = 1; count < 9; count++)
        note("device", device(count));
    note("into a loop", into_loop(1) + into_loop(2) + into_loop(4));
    note("computed", computed("abac"));
    note("computed", computed("babbaabc"));
    return finish();
}
