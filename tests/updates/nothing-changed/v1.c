/* Only comments and white space change: there is nothing to do. */
#include "../step.h"

int main(void)
{
    for (int i = 0; i < 3; i++) {
        printf("%d\n", i);
        step();
    }
    return 0;
}
