/* One declaration has variables that stay and variables that are new or move. */
#include "../step.h"

static char mark = 'a', extra[8] = "x", *cursor = &mark, *end = &extra[1], last = 'z';
static long count, table[4], more = 5;

int main(void)
{
    for (int i = 0; i < 6; i++) {
        ++*cursor;
        count++;
        table[i % 2] += i;
        step();
        printf("%c; %ld %ld %ld %ld%s%d%c\n", mark, count, table[1], table[2], more, extra, *end, last);
    }
    return 0;
}
