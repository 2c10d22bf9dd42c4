/* The loop in main changes under a program that is in it. */
#include "../step.h"

int main(void)
{
    long sum = 0;
    int i;

    i = 1;
    while (i <= 8) {
        static const char *const rests[] = { "three times", "one more than", "two more than" };
        int times = i / 3;

        sum += i;
        printf("%d, %s %d: %ld\n", i, rests[i % 3], times * 3, sum);
        step();
        i++;
    }
    printf("%d of sum %ld\n", i - 1, sum);
    return 9;
}
