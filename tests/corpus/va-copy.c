/* va_copy: two positions in one argument list, both alive over calls. */
#include <stdarg.h>
#include "corpus.h"

static long compare(int count, ...)
{
    va_list slow, fast;
    long score = 0;

    va_start(slow, count);
    va_copy(fast, slow);
    for (int i = 0; i < count; i++) {
        if (i >= 2)
            score += note("slow", va_arg(slow, int)) * 10;
        score += note("fast", va_arg(fast, int));
    }
    va_end(fast);
    while (quiet(count--) > 2 && count >= 0)
        score += quiet(count);
    va_end(slow);
    return score;
}

static long inner(va_list list, int depth)
{
    va_list mine;
    long sum = 0;

    if (depth == 0)
        return 0;
    va_copy(mine, list);
    sum = note("inner", va_arg(mine, long));
    sum += inner(mine, depth - 1);
    va_end(mine);
    return quiet(sum) + va_arg(list, long);
}

static long outer(int depth, ...)
{
    va_list list;

    va_start(list, depth);
    long sum = inner(list, depth);
    va_end(list);
    return sum;
}

int main(void)
{
    note("compare", compare(7, 1, 2, 3, 4, 5, 6, 7));
    note("outer", outer(5, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L));
    return finish();
}
