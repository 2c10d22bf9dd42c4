/* New globals start with their initial values; those that point to old ones point to where these are. */
#include "../step.h"

static int visits = 100;

int main(void)
{
    for (int i = 1; i <= 6; i++) {
        visits++;
        printf("visits %d\n", visits);
        step();
    }
    return 0;
}
