/* A function is split in three while it is active in the inner loop, and the three are merged again: the map names the points. */
#include "../step.h"

static long total;

static void work(int rounds)
{
    for (int r = 0; r < rounds; r++) {
        int sum = 0;

        for (int i = 0; i < 2; i++) {
            int cell = 0;

            for (int k = 0; k < 2; k++) {
                cell += r + i + k;
                printf("one %d.%d.%d: %d\n", r, i, k, cell);
                step();
            }
            sum += cell;
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
