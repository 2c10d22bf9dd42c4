#include "../../step.h"

struct unlike { int a[7]; double b; };
static struct unlike pad = { { 1, 2, 3 }, 2.5 };
static const char *const words[] = { "many", "other", "words", "here" };
int unused(int k) { return pad.a[k % 7] + words[k % 4][0] + (int)pad.b; }
static int sum_of_ticks = 10;
static int beat(int n) { step(); return sum_of_ticks += n; }

int first(int n)
{
    int t = beat(n);

    step();
    return t;
}
