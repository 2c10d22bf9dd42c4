/* Static locals: an old one keeps its value, a new one starts with its own, equal names in two functions stay apart. */
#include "../step.h"

static int ticket(void)
{
    static int by = 1;
    static int number = 10;
    return number += by;
}

static int turn(void)
{
    static const char *const separator = "=";
    static long number = 500;
    printf("%s", separator);
    return (int)(number -= 100);
}

int main(void)
{
    for (int i = 0; i < 4; i++) {
        int now = ticket();
        printf("> ticket %d, turn %d\n", now, turn());
        step();
    }
    return 0;
}
