/* A map must say all that the new version needs: what is missing is a reason. */
#include "../step.h"

static int count(int n)
{
    int sum = 0;

    for (int i = 0; i < n; i++) {
        sum += i;
        step();
    }
    return sum;
}

int main(void)
{
    printf("%d\n", count(3));
    return 0;
}
