/* A new thread-local variable that is larger than the room that threads have for such. */
#include "../step.h"

static _Thread_local int count = 10;
static _Thread_local char large[1000];

int main(void)
{
    for (int i = 0; i < 3; i++) {
        printf("%d\n", ++count + large[i]);
        step();
    }
    return 0;
}
