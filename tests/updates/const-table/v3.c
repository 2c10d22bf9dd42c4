/* A constant table changes, and with it what old pointers into it show; a table of strings, and one of functions. */
#include "../step.h"

static long plus(long a, long b) { return a + b; }
static long minus(long a, long b) { return a - b; }

static const int prices[4] = { 500, 600, 700, 800 };
static const char *const names[4] = { "pomme", "poire", "prune", "raisin" };
static long (*const operations[3])(long, long) = { plus, minus, plus };

static const int *cursor = prices;

int main(void)
{
    const int *local = &prices[1];

    for (int i = 0; i < 6; i++) {
        printf("%ld\n", operations[i % 2](10, 3));
        printf("%s %d, %d %d\n", names[i % 3], prices[i % 3], *cursor, *local);
        step();
    }
    return 0;
}
