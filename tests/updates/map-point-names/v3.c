/* Points without a callee's name: calls through pointers, and the entries of functions that end by calling each other. All of them go on in functions
 * of other names and shapes. */
#include "../step.h"

static int odd(int n);

static int even(int n)
{
    if (n == 0)
        return 1;
    printf("even: %d\n", n);
    step();
    return odd(n - 1);
}

static int odd(int n)
{
    if (n == 0)
        return 0;
    printf("odd: %d\n", n);
    step();
    return even(n - 1);
}

static void ring(int n)
{
    printf("Ring %d\n", n);
    step();
}

static void (*const actions[])(int) = { ring, ring };

static void run(int first)
{
    for (int i = first; i < 4; i++) {
        int is_even = even(i);

        actions[i % 2](is_even);
    }
}

int main(void)
{
    run(1);
    return 0;
}
