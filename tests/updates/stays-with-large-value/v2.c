/* The map allows a narrower number; while the value does not fit there is no update. */
#include "../step.h"

static int count = 5;

int main(void)
{
    puts("begins");
    for (int i = 0; i < 3; i++) {
        step();
        printf("%ld\n", (long)count++);
    }
    return 0;
}
