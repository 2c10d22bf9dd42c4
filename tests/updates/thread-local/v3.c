/* Thread-local variables stay where they are; a new one of the new version starts with its initial value. */
#include "../step.h"

static _Thread_local int count = 10;
static _Thread_local int since = 7;
_Thread_local int *where = NULL;

int main(void)
{
    where = &count;
    for (int i = 0; i < 5; i++) {
        count += 2;
        printf("thread-local %d %d %d\n", count, since, where == &count);
        step();
    }
    return 0;
}
