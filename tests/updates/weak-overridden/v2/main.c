/* A strong definition in another unit takes the place of a weak one: the code of a patch would go on with its own unit's. */
#include "../../step.h"

__attribute__((weak)) int greet(int n)
{
    printf("two: weak greet %d\n", n);
    step();
    return n;
}

__attribute__((weak)) int level = 1;

__attribute__((visibility("hidden"))) int twice(int n);
int other(int n);
extern int missing(int n) __attribute__((weak));

__attribute__((section(".text.own"), noinline)) static int placed(int n)
{
    printf("two: placed %d\n", n);
    step();
    return twice(n) + level;
}

static int in_section __attribute__((section(".data.own"))) = 5;

int main(void)
{
    int (*kept)(int) = greet;
    int sum = 0;

    for (int i = 1; i <= 4; i++) {
        sum += kept(i) + greet(i) + (kept != greet);
        in_section += placed(i);
        sum += other(i) + (missing ? missing(i) : 0);
        printf("two: sum %d, in section %d\n", sum, in_section);
        step();
    }
    return 0;
}
