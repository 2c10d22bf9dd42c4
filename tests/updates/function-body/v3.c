/* The body of a function changes; its callers do not. */
#include "../step.h"

long price(long pieces)
{
    long full = pieces * 10;

    return pieces >= 5 ? full * 8 / 10 : pieces >= 3 ? full * 9 / 10 : full;
}

int main(void)
{
    for (int i = 1; i <= 8; i++) {
        printf("%d pieces: %ld\n", i, price(i));
        step();
    }
    return 0;
}
