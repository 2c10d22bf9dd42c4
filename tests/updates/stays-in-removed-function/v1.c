/* The program waits in a function that the new version does not have. */
#include "../step.h"

static void legacy(int n)
{
    printf("legacy %d\n", n);
    step();
}

int main(void)
{
    for (int i = 0; i < 3; i++)
        legacy(i);
    return 0;
}
