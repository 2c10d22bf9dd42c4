/* A function gets another parameter. Suspended calls have no value for it, so the update waits until they are over. */
#include "../step.h"

static void greet(const char *name, int times, double weight)
{
    printf("HELLO\n");
    step();
    printf("%s %d %.1f\n", name, times, weight);
    step();
}

int main(void)
{
    for (int i = 0; i < 5; i++) {
        greet("world", i, i / 2.0);
        printf("~~\n");
        step();
    }
    return 0;
}
