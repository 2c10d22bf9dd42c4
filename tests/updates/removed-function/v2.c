/* A function of the old version is gone in the new one; while it is active the update has to wait. */
#include "../step.h"

static void work(int n)
{
    printf("working %d, unchecked\n", n);
    step();
}

int main(void)
{
    for (int i = 1; i <= 5; i++)
        work(i);
    printf("the end\n");
    return 0;
}
