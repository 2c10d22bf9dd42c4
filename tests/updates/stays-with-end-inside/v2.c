/* A pointer to the end of an array in a struct is one to the array behind it as well, and the two are not side by side any more. */
#include "../step.h"

struct two { int first[3], second[2]; };
static struct two two = { { 1, 2, 100 }, { 3, 4 } };
static int *end;

int main(void)
{
    end = two.first + 2;
    puts("begins");
    for (int i = 0; i < 3; i++) {
        int sum = 0;

        step();
        for (const int *p = two.first; p < end; p++)
            sum += *p;
        printf("%d\n", sum);
    }
    return 0;
}
