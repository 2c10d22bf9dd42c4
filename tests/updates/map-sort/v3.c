/* Bubble sort becomes heap sort in the middle of sorting, and bubble sort again: the map says what the variables of one are in
 * terms of the other's. */
#include "../step.h"

static void sort(int *a, int n)
{
    for (int i = 0; i < n; i++) {
        for (int j = 0; j + 1 < n - i; j++) {
            if (a[j] > a[j + 1]) {
                int swap = a[j];
                a[j] = a[j + 1];
                a[j + 1] = swap;
            }
            step();
        }
    }
    printf("bubbles of %d:", n);
}

int main(void)
{
    static int numbers[3][5] = {{5, 1, 4, 2, 3}, {9, 8, 7, 6, 5}, {2, 7, 1, 8, 2}};

    for (int k = 0; k < 3; k++) {
        sort(numbers[k], 5);
        for (int i = 0; i < 5; i++)
            printf(" %d", numbers[k][i]);
        printf("\n");
        step();
    }
    return 0;
}
