/* A function is split in two while it is active in the loop that moves out of it, and merged again: the map names the points. */
#include "../step.h"

static long total;

static void work(int rounds)
{
    for (int r = 0; r < rounds; r++) {
        int sum = 0;

        for (int i = 0; i < 3; i++) {
            sum += i + r;
            printf("one %d.%d sum %d\n", r, i, sum);
            step();
        }
        total += sum;
        printf("round %d total %ld\n", r, total);
    }
}

int main(void)
{
    work(3);
    printf("end %ld\n", total);
    return 0;
}
