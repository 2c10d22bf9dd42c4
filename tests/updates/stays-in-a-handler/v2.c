/* A handler waits, and what it has interrupted is not a call that could be taken back: no update is possible there. */
#include "../step.h"
#include <signal.h>

static void handler(int number)
{
    printf("handler of %d\n", number == SIGUSR1);
    step();
}

int main(void)
{
    signal(SIGUSR1, handler);
    raise(SIGUSR1);
    printf("version 2\n");
    return 0;
}
