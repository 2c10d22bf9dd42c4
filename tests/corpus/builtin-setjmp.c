/* __builtin_setjmp and __builtin_longjmp: five words, no signal mask. The buffer of a frame that is rebuilt leads to the
   new frame; what it had computed is kept, and a landing sees the latest values of variables. */
#include "corpus.h"

static void *outer[5];
static void *buffers[3][5];

__attribute__((noinline)) static void leave(void **buffer, long n)
{
    note("leave", n);
    __builtin_longjmp(buffer, 1);
}

__attribute__((noinline)) static long deep(void **buffer, long n)
{
    if (n == 0)
        leave(buffer, quiet(3));
    return deep(buffer, n - 1) + note("never", n);
}

static long loop(void)
{
    long round = 0, sum = 0;

    if (__builtin_setjmp(outer) != 0)
        note("landed", round);
    while (round < 3) {
        round++;
        sum = sum * 2 + quiet(round);
        note("sum", sum);
        deep(outer, round);
    }
    return sum;
}

static long value(void **buffer, long n)
{
    long before = quiet(n);
    int result = __builtin_setjmp(buffer) + 2 * (int)quiet(4);

    note("result", result);
    if (result == 8) {
        before += note("first", before);
        deep(buffer, before & 3);
    }
    return before + result;
}

static long nested(void)
{
    volatile long steps = 0;

    if (!__builtin_setjmp(buffers[0])) {
        steps++;
        if (!__builtin_setjmp(buffers[1])) {
            steps += 10;
            note("inner", value(buffers[2], 5));
            leave(buffers[1], steps);
        }
        steps += 100;
        note("outer", steps);
        leave(buffers[0], steps);
    }
    note("steps", steps);
    return steps;
}

static long local(void)
{
    void *own[5];
    long n = 2;

    switch (__builtin_setjmp(own)) {
    case 0:
        n = note("armed", n + 1);
        deep(own, n);
        return -1;
    default:
        return note("back", n);
    }
}

int main(void)
{
    note("loop", loop());
    note("value", value(buffers[0], 7));
    note("nested", nested());
    note("local", local());
    return finish();
}
