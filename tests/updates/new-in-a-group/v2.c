/* One declaration has variables that stay and variables that are new or move. */
#include "../step.h"

static char fresh, mark = 'a', *cursor = &mark, extra[8] = "x";
static long more = 5, count, spare, table[3];

int main(void)
{
    for (int i = 0; i < 6; i++) {
        ++*cursor;
        count++;
        table[i % 2] += i;
        step();
        printf("%c: %ld %ld %ld %ld%ld%d%s\n", mark, count, table[1], table[2], more, spare, fresh, extra);
    }
    return 0;
}
