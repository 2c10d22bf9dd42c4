/* A function gets another parameter. Suspended calls have no value for it, so the update waits until they are over. */
#include "../step.h"

static void greet(const char *name)
{
    printf("hello\n");
    step();
    printf("%s\n", name);
    step();
}

int main(void)
{
    for (int i = 0; i < 5; i++) {
        greet("world");
        printf("--\n");
        step();
    }
    return 0;
}
