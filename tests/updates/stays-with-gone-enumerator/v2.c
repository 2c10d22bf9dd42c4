/* A variable holds an enumerator that the new version does not have. */
#include "../step.h"

enum color { RED, BLUE };
static enum color color = BLUE;

int main(void)
{
    for (int i = 0; i < 3; i++) {
        printf("%d\n", (int)color);
        step();
    }
    return 0;
}
