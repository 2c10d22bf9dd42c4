/* A variable of an enumeration holds what is no enumerator, and the enumerators changed. */
#include "../step.h"

enum state { NONE, IDLE, RUNNING };
static enum state state = NONE;

int main(void)
{
    state = (enum state)7;
    for (int i = 0; i < 3; i++) {
        printf("%d\n", (int)state);
        step();
    }
    return 0;
}
