/* New variables that can only hold their initialiser where the program is have its value, and need no map. */
#include "../step.h"

int main(void)
{
    const double factor = 2.5;
    int sum = 0, limit = 1 << 3;
    char mark = '!';

    for (int i = 1; i <= 4; i++) {
        int bonus = -3;

        printf("%d of %d%c\n", i, limit, mark);
        step();
        bonus += 3;
        sum += i + bonus;
    }
    mark = '?';
    printf("sum %d%c %.1f\n", sum, mark, factor);
    return 0;
}
