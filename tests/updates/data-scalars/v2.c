/* Types of variables become wider, by themselves, and narrower again, by the map: globals, statics, static locals, locals, parameters. */
#include "../step.h"

long count = 41;
static int small = 200;
static double ratio = 0.5f;
int flag = 1;
double level = 4000000000u;

static int next(long by)
{
    static long calls = 7;

    calls += by;
    step();
    return calls;
}

static void show(double price, long n)
{
    step();
    printf("PRICE %.2f n %ld\n", price, n);
    step();
    printf("COUNT %d small %d ratio %.3f flag %d level %.0f\n", (int)count, (int)small, (double)ratio, (int)flag, (double)level);
}

int main(void)
{
    for (int i = 0; i < 5; i++) {
        count += next(2);
        small++;
        ratio *= 0.5f;
        show(1.25f * (i + 1), count);
    }
    return 0;
}
