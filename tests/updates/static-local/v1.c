/* Static locals: an old one keeps its value, a new one starts with its own, equal names in two functions stay apart. */
#include "../step.h"

static int ticket(void)
{
    static int number = 10;
    return ++number;
}

static int turn(void)
{
    static int number = 500;
    return number -= 100;
}

int main(void)
{
    for (int i = 0; i < 4; i++) {
        printf("ticket %d, turn %d\n", ticket(), turn());
        step();
    }
    return 0;
}
