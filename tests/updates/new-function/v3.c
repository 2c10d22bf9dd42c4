/* The new version has functions that the old one does not know. */
#include "../step.h"

static const char *suffix(int n)
{
    return n == 1 ? "st" : n == 2 ? "nd" : n == 3 ? "rd" : "th";
}

static void spell(int n, int base)
{
    printf("%d", n % base);
    if (n >= base)
        spell(n / base, base);
}

static void loudly(const char *end, int n)
{
    spell(n, 3);
    printf(": %d%s\n", n, end);
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
