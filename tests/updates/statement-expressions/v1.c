/* Statement expressions with loops and calls in the middle of expressions that are half computed. */
#include "../step.h"

static int say(const char *what, int number)
{
    printf("one: %s %d\n", what, number);
    step();
    return number;
}

static int sum_of(int count)
{
    int base = 100, total;

    total = say("left", count) * base + ({
        int part = 0, *p = &part;
        for (int i = 0; i < count; i++) {
            say("part", *p);
            *p += ({ int twice = i * 2; say("twice", twice) + 1; });
        }
        part;
    }) - say("right", base);
    say("count", count);
    return total;
}

int main(void)
{
    int sums[3] = { sum_of(1), sum_of(2), ({ int n = sum_of(3); say("sum", n); n + 1; }) };

    printf("%d %d %d\n", sums[0], sums[1], sums[2]);
    return 0;
}
