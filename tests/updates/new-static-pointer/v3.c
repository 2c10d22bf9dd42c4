/* New static locals that are initialised with addresses of functions: of the program's own, which keep the addresses that
 * the running program knows them by, and of the library's, which are those of the runtime's wrappers. */
#include "../step.h"

static int add(int n) { return n + 1; }
static int (*const known)(int) = add;

static void show(int n)
{
    static int (*own)(int) = add;
    static ssize_t (*librarys[])(int, void *, size_t) = { read, 0 };

    static ssize_t (*more[])(int, const void *, size_t) = { 0, write };
    static int (*const *again)(int) = &known;

    printf("%d; %s\n", (*again)(n), own == add && own == *again && librarys[0] == read && more[1] == write ? "same" : "other");
    step();
}

int main(void)
{
    for (int i = 0; i < 5; i++)
        show(i);
    return 0;
}
