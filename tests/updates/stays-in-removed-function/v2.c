/* The program waits in a function that the new version does not have. */
#include "../step.h"

int main(void)
{
    for (int i = 0; i < 3; i++) {
        printf("modern %d\n", i);
        step();
    }
    return 0;
}
