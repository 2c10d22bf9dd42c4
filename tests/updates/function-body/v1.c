/* The body of a function changes; its callers do not. */
#include "../step.h"

long price(long pieces)
{
    return pieces * 10;
}

int main(void)
{
    for (int i = 1; i <= 8; i++) {
        printf("%d pieces: %ld\n", i, price(i));
        step();
    }
    return 0;
}
