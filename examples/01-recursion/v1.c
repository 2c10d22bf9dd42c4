/* A diver goes 40 fathoms down and comes up again; every fathom is one call of dive().
 *
 * Version 1 adds up the depths on the way up: 40 + 39 + ... + 1 = 820.  Update it while the diver rests at the
 * bottom and 40 suspended calls go on in version 2, from exactly where they are. */
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

    printf("down %2d\n", depth);
    usleep(10 * 1000);
    if (depth == BOTTOM) {
        printf("at the bottom\n");
        rest(30);
    } else {
        below = dive(depth + 1);
    }

    long total = below + depth;
    printf("up   %2d: sum %ld\n", depth, total);
    usleep(10 * 1000);
    return total;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    long total = dive(1);
    printf("the sum of the depths is %ld\n", total);
    return 0;
}
