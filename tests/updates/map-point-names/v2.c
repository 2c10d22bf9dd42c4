/* Points without a callee's name: calls through pointers, and the entries of functions that end by calling each other. All of them go on in functions
 * of other names and shapes. */
#include "../step.h"

static int is_odd(int scale, long number);

static int is_even(int scale, long number)
{
    if (number == 0)
        return scale;
    printf("is_even %ld\n", number);
    step();
    return is_odd(scale, number - 1);
}

static int is_odd(int scale, long number)
{
    if (number == 0)
        return 0;
    printf("is_odd %ld\n", number);
    step();
    return is_even(scale, number - 1);
}

static void ring(int n)
{
    printf("RING %d\n", n);
    step();
}

static void (*const actions[])(int) = { ring, ring };

static void serve(int scale, long from)
{
    do {
        int result = is_even(scale, from);

        actions[from % 2](result);
    } while (++from < 4);
}

int main(void)
{
    serve(1, 1);
    return 0;
}
