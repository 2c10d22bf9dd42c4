/* A function of the old version is gone in the new one; while it is active the update has to wait. */
#include "../step.h"

static void check(int n)
{
    printf("rechecking %d\n", n);
    step();
    printf("rechecked %d\n", n);
}

static void work(int n)
{
    printf("working %d, checked\n", n);
    step();
}

int main(void)
{
    for (int i = 1; i <= 5; i++) {
        check(i);
        work(i);
    }
    printf("The End\n");
    return 0;
}
