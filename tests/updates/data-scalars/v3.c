/* Types of variables become wider, by themselves, and narrower again, by the map: globals, statics, static locals, locals, parameters. */
#include "../step.h"

int count = 41;
static unsigned char small = 200;
static float ratio = 0.5f;
_Bool flag = 1;
unsigned level = 4000000000u;

static int next(int by)
{
    static short calls = 7;

    calls += by;
    step();
    return calls;
}

static void show(float price, int n)
{
    step();
    printf("Price %.2f n %d\n", price, n);
    step();
    printf("Count %d small %d ratio %.3f flag %d level %.0f\n", (int)count, (int)small, (double)ratio, (int)flag, (double)level);
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
