/* The new version has functions that the old one does not know. */
#include "../step.h"

int main(void)
{
    for (int i = 1; i <= 6; i++) {
        printf("%d\n", i);
        step();
    }
    return 0;
}
