/* A diver goes 40 fathoms down and comes up again; every fathom is one call of dive().
 *
 * Version 2 adds up the squares of the depths: 1600 + 1521 + ... + 1 = 22140. */
#include <stdio.h>
#include <unistd.h>

enum { BOTTOM = 40 };

static void rest(int tenths)
{
    while (tenths-- > 0)
        usleep(100 * 1000);
}

static long dive(int depth)
{
    long below = 0;

    printf("DOWN %2d\n", depth);
    usleep(10 * 1000);
    if (depth == BOTTOM) {
        printf("AT THE BOTTOM\n");
        rest(30);
    } else {
        below = dive(depth + 1);
    }

    long total = below + (long)depth * depth;
    printf("UP   %2d: sum of squares %ld\n", depth, total);
    usleep(10 * 1000);
    return total;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    long total = dive(1);
    printf("the sum of the squares is %ld\n", total);
    return 0;
}
