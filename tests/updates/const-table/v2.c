/* A constant table changes, and with it what old pointers into it show; a table of strings, and one of functions. */
#include "../step.h"

static long plus(long a, long b) { return a + b; }
static long minus(long a, long b) { return a - b; }

static const int prices[3] = { 50, 60, 70 };
static const char *const names[3] = { "Apfel", "Birne", "Pflaume" };
static long (*const operations[2])(long, long) = { minus, plus };

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
