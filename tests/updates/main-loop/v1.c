/* The loop in main changes under a program that is in it. */
#include "../step.h"

int main(void)
{
    long sum = 0;
    int i;

    for (i = 1; i <= 8; i++) {
        sum += i;
        printf("%d: %ld\n", i, sum);
        step();
    }
    printf("sum %ld\n", sum);
    return 0;
}
