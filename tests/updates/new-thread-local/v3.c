/* A new thread-local variable: threads that run have room for it. */
#include "../step.h"

static _Thread_local int count = 10;
_Thread_local long twice;
static _Thread_local double fourth = 0.25;
static _Thread_local const char *word = "new";

int main(void)
{
    for (int i = 0; i < 5; i++) {
        static _Thread_local long third = 1;

        step();
        twice = ++count * 2;
        third += 2;
        fourth *= 2;
        printf("%ld %s, %d\n", twice / 2, third > 1 ? word : "", fourth > 0.25);
    }
    return 0;
}
