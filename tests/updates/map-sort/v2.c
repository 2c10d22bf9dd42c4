/* Bubble sort becomes heap sort in the middle of sorting, and bubble sort again: the map says what the variables of one are in
 * terms of the other's. */
#include "../step.h"

static void sift(int *a, int root, int end)
{
    for (int child; (child = 2 * root + 1) < end; root = child) {
        if (child + 1 < end && a[child] < a[child + 1])
            child++;
        if (a[root] >= a[child])
            return;
        int swap = a[root];
        a[root] = a[child];
        a[child] = swap;
    }
}

static void sort(int *a, int n)
{
    int end = n;

    for (int start = end / 2; start > 0; start--) {
        sift(a, start - 1, end);
        step();
    }
    while (end > 1) {
        int swap = a[0];
        a[0] = a[--end];
        a[end] = swap;
        sift(a, 0, end);
        step();
    }
    printf("heap of %d:", n);
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
