/* Two arrays of one type lie side by side in memory, and both move: a pointer to the end of the first could be one to the start of the second. */
#include "../step.h"

static int first[4] __attribute__((section("arrays"), aligned(16))) = { 1, 2, 3, 4 };
static int second[4] __attribute__((section("arrays"), aligned(16))) = { 5, 6, 7, 8 };
static int *end;

int main(void)
{
    int *one = first, *other = second;

    __asm__("" : "+r"(one), "+r"(other)); /* gcc does not believe that they can be side by side */
    end = (one < other ? one : other) + 4;
    printf("%s\n", end == one || end == other ? "side by side" : "apart");
    for (int i = 0; i < 3; i++) {
        step();
        printf("%d\n", (int)end[-1]);
    }
    return 0;
}
