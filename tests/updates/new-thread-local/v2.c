/* A new thread-local variable would need room in the static block of threads that run already. */
#include "../step.h"

static _Thread_local int count = 10;
_Thread_local int twice;

int main(void)
{
    for (int i = 0; i < 3; i++) {
        twice = ++count * 2;
        printf("%d\n", twice / 2);
        step();
    }
    return 0;
}
