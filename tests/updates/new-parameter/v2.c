/* A function gets another parameter. Suspended calls have no value for it, so the update waits until they are over. */
#include "../step.h"

static void greet(const char *name, int times)
{
    printf("Hello\n");
    step();
    printf("%s %d\n", name, times);
    step();
}

int main(void)
{
    for (int i = 0; i < 5; i++) {
        greet("world", i);
        printf("==\n");
        step();
    }
    return 0;
}
