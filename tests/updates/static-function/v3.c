/* A static function that is suspended itself changes after the point where it is suspended. */
#include "../step.h"

static int serve(int customer)
{
    int served = 0;

    printf("customer %d\n", customer);
    step();
    served = served + customer;
    printf("served again %d\n", served);
    step();
    return served;
}

int main(void)
{
    int total = 0;

    for (int i = 1; i <= 4; i++)
        total += serve(i);
    printf("%d in total\n", total);
    return 0;
}
