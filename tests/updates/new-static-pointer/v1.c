/* New static locals that are initialised with addresses of functions: of the program's own, which keep the addresses that
 * the running program knows them by, and of the library's, which are those of the runtime's wrappers. */
#include "../step.h"

static int add(int n) { return n + 1; }
static int (*const known)(int) = add;

static void show(int n)
{
    printf("%d\n", known(n));
    step();
}

int main(void)
{
    for (int i = 0; i < 5; i++)
        show(i);
    return 0;
}
