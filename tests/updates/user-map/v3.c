/* Names that change are the user's to explain: a function, a variable, a local, and the value of a new one (file map). */
#include "../step.h"

static int seen;

static int tally(int n)
{
    printf("tally: %d\n", n);
    step();
    return n * 2;
}

int main(void)
{
    int sum = 0;

    for (int i = 0; i < 4; i++) {
        sum += tally(i);
        seen++;
        printf("seen: %d sum %d\n", seen, sum);
    }
    return 0;
}
