/* One declaration has variables that stay and variables that are new or move. */
#include "../step.h"

static char mark = 'a', *cursor = &mark;
static long count, table[2];

int main(void)
{
    for (int i = 0; i < 6; i++) {
        ++*cursor;
        count++;
        table[i % 2] += i;
        step();
        printf("%c %ld %ld\n", mark, count, table[1]);
    }
    return 0;
}
