/* The new version has functions that the old one does not know. */
#include "../step.h"

static const char *suffix(int n)
{
    return n == 1 ? "st" : n == 2 ? "nd" : n == 3 ? "rd" : "th";
}

static void loudly(const char *end, int n)
{
    for (int times = n; times > 0; times /= 2)
        printf("%d", times % 2);
    printf(" is the %d%s\n", n, end);
}

static void (*announce)(const char *, int) = loudly;

int main(void)
{
    for (int i = 1; i <= 6; i++) {
        announce(suffix(i), i);
        step();
    }
    return 0;
}
