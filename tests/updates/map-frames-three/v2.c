/* A function is split in three while it is active in the inner loop, and the three are merged again: the map names the points. */
#include "../step.h"

static long total;

static int work_cell(int r, int i)
{
    int cell = 0;

    for (int k = 0; k < 2; k++) {
        cell += r + i + k;
        printf("two %d.%d.%d: %d\n", r, i, k, cell);
        step();
    }
    return cell;
}

static int work_row(int r)
{
    int sum = 0;

    for (int i = 0; i < 2; i++)
        sum += work_cell(r, i);
    return sum;
}

static void work(int rounds)
{
    for (int r = 0; r < rounds; r++) {
        int sum = work_row(r);

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
