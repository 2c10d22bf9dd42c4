/* Sorts twelve numbers, slowly: version 1 is a bubble sort.
 *
 * Both versions keep the same promise, which is why one can take over from the other in the middle of a pass:
 * when the inner loop has looked at index i, a[largest] is the largest of a[0] .. a[i]; and what is beyond `end`
 * is in its place already.  Bubble sort keeps it by carrying the largest number along. */
#include <stdio.h>
#include <unistd.h>

enum { COUNT = 12 };

static int a[COUNT] = { 62, 17, 90, 8, 41, 73, 25, 56, 3, 88, 34, 49 };

static void take_time(void)
{
    usleep(20 * 1000);
}

static void swap(int i, int j)
{
    int old = a[i];
    a[i] = a[j];
    a[j] = old;
}

static void show(const char *method, int end)
{
    printf("%s:", method);
    for (int i = 0; i < COUNT; i++)
        printf("%s%d", i == end ? " | " : " ", a[i]);
    printf("\n");
}

static void sort(void)
{
    int largest;

    for (int end = COUNT - 1; end > 0; end--) {
        largest = 0;
        for (int i = 1; i <= end; i++) {
            if (a[largest] > a[i])
                swap(largest, i);
            largest = i;
            take_time();
        }
        show("bubble sort", end);
    }
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    sort();
    show("sorted", COUNT);
    return 0;
}
