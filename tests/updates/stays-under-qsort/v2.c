/* A comparison function waits under qsort, whose frame belongs to libc: no update is possible there. */
#include "../step.h"
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    const int *x = a, *y = b;

    printf("comparing\n");
    step();
    return *x - *y;
}

int main(void)
{
    int numbers[] = { 3, 1, 2 };

    qsort(numbers, 3, sizeof numbers[0], compare);
    printf("%d %d %d\n", numbers[0], numbers[1], numbers[2]);
    return 0;
}
