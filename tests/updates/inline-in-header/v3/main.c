/* Inline functions of a header change, in each unit that has a copy of them, while the loops of some of these copies are active. */
#include "shared.h"

int other(int n);

int main(void)
{
    int sum = 0;

    for (int i = 0; i < 2; i++) {
        sum += count_up("main", i, i + 2);
        sum += scaled(i);
        sum += other(i);
        sum += both(i);
        printf("three: sum %d\n", sum);
    }
    return 0;
}
