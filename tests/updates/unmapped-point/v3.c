/* The new version needs a value in the middle of a function that the old version does not have: an update that strikes
 * there has to wait until the function is over. */
#include "../step.h"

static int weigh(const int *items, int n)
{
    int sum = 0, heaviest = -1, lightest = 1000;

    for (int i = 0; i < n; i++) {
        sum += items[i];
        if (items[i] > heaviest)
            heaviest = items[i];
        if (items[i] < lightest)
            lightest = items[i];
        printf("item %d in %d\n", items[i], n);
        step();
    }
    printf("sum %d, %d to %d\n", sum, lightest, heaviest);
    return sum;
}

int main(void)
{
    static const int items[] = { 4, 9, 2 };
    int total = 0;

    for (int round = 1; round <= 3; round++) {
        total += weigh(items, 3);
        printf("round %d; total %d\n", round, total);
        step();
    }
    return 0;
}
