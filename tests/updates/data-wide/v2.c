/* Numbers of 128 bits and with more digits than double: what was narrower is exact in them, and comes back by the map. */
#include "../step.h"

static long double total = 0.1;
static __int128 large = 4000000000000000000;
unsigned __int128 bits = 0xf0000001;
static struct item { __int128 count; _Float128 price; long double weight; } items[2] = { { 3, 0.25, 0.5f }, { -4, 1e300, 1.5f } };

static long double work(long double x, __int128 n)
{
    double y = x / 3;

    step();
    y += (double)n;
    step();
    return y + x;
}

int main(void)
{
    for (int i = 0; i < 5; i++) {
        __int128 before = large;
        double result = (double)work(items[0].price, items[1].count);

        step();
        total += result;
        large -= 1000;
        items[0].count += before == large + 1000;
        items[1].weight += 1;
        bits >>= 1;
        printf("v2 %.10g %.10g %ld %ld %x\n", (double)total, result, (long)large, (long)items[0].count, (unsigned)bits);
        printf("%g %g %d\n", (double)items[1].weight, (double)items[1].price, (int)items[1].count);
    }
    return 0;
}
