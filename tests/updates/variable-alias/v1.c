/* A variable with two names: new code would take them for two variables. */
#include "../step.h"

int number = 42;
extern int same_number __attribute__((alias("number")));

int main(void)
{
    for (int i = 0; i < 3; i++) {
        same_number++;
        printf("number %d\n", number);
        step();
    }
    return 0;
}
