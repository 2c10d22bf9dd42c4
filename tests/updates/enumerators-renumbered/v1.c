/* An enumerator is inserted: the layout stays, but what the stored numbers mean changes. */
#include "../step.h"

enum state { IDLE, RUNNING, DONE };

enum state state = IDLE;

int main(void)
{
    for (int i = 0; i < 6; i++) {
        state = (enum state)(i / 2);
        printf("%s\n", state == IDLE ? "idle" : state == RUNNING ? "running" : "done");
        step();
    }
    return 0;
}
