/* Numbers of 128 bits and with more digits than double: what was narrower is exact in them, and comes back by the map. */
#include "../step.h"

static double total = 0.1;
static long large = 4000000000000000000;
unsigned bits = 0xf0000001;
static struct item { float weight; double price; long count; } items[2] = { { 0.5f, 0.25, 3 }, { 1.5f, 1e300, -4 } };

static long double work(double x, long n)
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
        long before = large;
        double result = (double)work(items[0].price, items[1].count);

        step();
        total += result;
        large -= 1000;
        items[0].count += before == large + 1000;
        items[1].weight += 1;
        bits >>= 1;
        printf("v3 %.10g %.10g %ld %ld %x\n", (double)total, result, (long)large, (long)items[0].count, (unsigned)bits);
        printf("%g %g %d\n", (double)items[1].weight, (double)items[1].price, (int)items[1].count);
    }
    return 0;
}
