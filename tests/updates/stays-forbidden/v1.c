/* The map forbids updates while the program is in a function, where it waits. */
#include "../step.h"

static void pay(int n)
{
    printf("old %d\n", n);
    step();
    printf("paid %d\n", n);
}

int main(void)
{
    for (int i = 0; i < 3; i++)
        pay(i);
    return 0;
}
