/* Changed initialisers: a variable that nobody has written takes the new value, one that was written keeps its own, a const
 * object always takes the new value. */
#include "../step.h"

int untouched = 12;
int touched = 901;
static int zero;
static double real = 3.5;
static int table[4] = { 7, 2, 3, 4 };
static char text[8] = "newest";
const int limit = 9;
const int *limit_at = &limit;

int main(void)
{
    touched = 21;
    for (int i = 1; i <= 5; i++) {
        printf("untouched %d, zero %d, real %g, table %d, text %s\n", untouched, zero, real, table[0] + table[3], text);
        printf("limit %d, by pointer %d\n", limit, *limit_at);
        printf("touched %d\n", touched);
        step();
    }
    return 0;
}
