/* A new thread-local variable: threads that run have room for it. */
#include "../step.h"

static _Thread_local int count = 10;

int main(void)
{
    for (int i = 0; i < 5; i++) {
        step();
        printf("%d old\n", ++count);
    }
    return 0;
}
