/* The loop in main changes under a program that is in it. */
#include "../step.h"

int main(void)
{
    long sum = 0;
    int i;

    for (i = 1; i <= 8; i++) {
        sum += i;
        if (i % 2 == 0)
            printf("%d: %ld even\n", i, sum);
        else
            printf("%d: %ld odd\n", i, sum);
        step();
    }
    printf("sum %ld of %d\n", sum, i - 1);
    return 7;
}
