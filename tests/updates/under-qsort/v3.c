/* What compares changes while libc sorts and searches: that goes on with the old version to its end, and the new one begins behind it. */
#include "../step.h"
#include <stdlib.h>

static int compared;

static int by_number(const void *a, const void *b)
{
    const int *x = a, *y = b;

    if (compared++ == 0)
        printf("three: sorts\n");
    step();
    return (*x % 2 - *y % 2) * 10 + *x - *y;
}

static int by_letter(const void *a, const void *b)
{
    const char *x = a, *y = b;
    char text[8];

    snprintf(text, sizeof text, "%c and %c", *x, *y);
    printf("three: %s\n", text);
    step();
    return *x - *y;
}

int main(void)
{
    for (int round = 1; round <= 3; round++) {
        int numbers[3] = { 2, 0, 1 };

        compared = 0;
        qsort(numbers, 3, sizeof numbers[0], by_number);
        for (int i = 0; i < 3; i++)
            printf(i < 2 ? "%d " : "%d\n", numbers[i]);
        printf("three: sorted in round %d\n", round);
        step();
        const char *found = bsearch(&"adg"[round - 1], "abcdefg", 7, 1, by_letter);
        printf("found %c\n", found ? *found : '-');
        printf("three: found in round %d\n", round);
        step();
    }
    return 0;
}
