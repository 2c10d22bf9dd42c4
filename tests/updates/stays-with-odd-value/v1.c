/* A variable of an enumeration holds what is no enumerator, and the enumerators changed. */
#include "../step.h"

enum state { IDLE, RUNNING };
static enum state state;

int main(void)
{
    state = (enum state)7;
    for (int i = 0; i < 3; i++) {
        printf("%d\n", (int)state);
        step();
    }
    return 0;
}
