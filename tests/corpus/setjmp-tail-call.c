/* A function that arms a jmp_buf and calls in tail position: its frame is still needed while that call runs. */
#include <setjmp.h>
#include "corpus.h"

static jmp_buf place;

static int deep(int n)
{
    note("deep", n);
    if (n == 0)
        longjmp(place, 7);
    return deep(n - 1);
}

static int start(int n)
{
    if (setjmp(place) != 0)
        return 100;
    return deep(n);
}

int main(void)
{
    for (int i = 0; i < 4; i++)
        note("start", start(i));
    return finish();
}
