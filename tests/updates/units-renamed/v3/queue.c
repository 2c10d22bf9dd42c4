#include "../../step.h"

static int items[8], count;

static int next(int n)
{
    static int serial = 100;

    step();
    return serial++ + n;
}

int push(int n)
{
    int number = next(n) + count;

    step();
    items[count++ % 8] = number;
    return number;
}

int total(void)
{
    int sum = 0;

    for (int i = 0; i < count && i < 8; i++) {
        sum += items[i];
        step();
    }
    return sum;
}
