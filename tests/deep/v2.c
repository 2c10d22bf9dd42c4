/* Three thousand frames, each with an object whose address its callee has, wait at the deepest point: each of them goes on in the new version, and says so
 * when it returns. */
#include "../updates/step.h"

enum { FRAMES = 3000 };

static int returned[3];

static long down(int depth, long *above)
{
    char room[24];
    const long factor = 3;
    long mine = depth ^ *above, copy = mine * factor;

    if (depth < FRAMES)
        copy += down(depth + 1, &mine) % 1009;
    else
        for (int i = 0; i < 3; i++) {
            printf("two: deepest %d\n", i);
            step();
        }
    snprintf(room, sizeof room, "%ld", copy);
    returned[1] += room[0] != 0;
    *above += mine & 3;
    return copy;
}

int main(void)
{
    long top = 9, result = down(1, &top);

    printf("result %ld, top %ld, frames %d\n", result, top, returned[0] + returned[1] + returned[2]);
    printf("two: frames %d %d %d\n", returned[0], returned[1], returned[2]);
    return 0;
}
