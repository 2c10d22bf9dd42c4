/* New variables that can only hold their initialiser where the program is have its value, and need no map. */
#include "../step.h"

int main(void)
{
    int sum = 0;

    for (int i = 1; i <= 4; i++) {
        printf("%d\n", i);
        step();
        sum += i;
    }
    printf("sum %d\n", sum);
    return 0;
}
