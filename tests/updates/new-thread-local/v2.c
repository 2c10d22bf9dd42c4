/* A new thread-local variable: threads that run have room for it. */
#include "../step.h"

static _Thread_local int count = 10;
_Thread_local int twice;
static _Thread_local const char *word = "new";

int main(void)
{
    for (int i = 0; i < 5; i++) {
        static _Thread_local long third = 1;

        step();
        twice = ++count * 2;
        third += 2;
        printf("%d %s\n", twice / 2, third > 1 ? word : "");
    }
    return 0;
}
