/* Names that change are the user's to explain: a function, a variable, a local, and the value of a new one (file map). */
#include "../step.h"

static int count;

static int reckon(int n)
{
    printf("reckon %d\n", n);
    step();
    return n * 2;
}

int main(void)
{
    int total = 0, bonus = 5;

    for (int i = 0; i < 4; i++) {
        total += reckon(i);
        count++;
        printf("count %d total %d bonus %d\n", count, total, bonus);
    }
    return 0;
}
