/* Four thousand frames; the address of a local of each is in its callee's hands. */
/* every: 4001 */
#include "corpus.h"

static long down(int depth, long *above)
{
    long mine = depth ^ *above, copy = mine;

    if (depth > 0)
        copy += down(depth - 1, &mine);
    else
        quiet(77);
    *above += mine & 3;
    return copy % 1000003;
}

int main(void)
{
    long top = 9;

    note("down", down(4000, &top));
    note("top", top);
    return finish();
}
