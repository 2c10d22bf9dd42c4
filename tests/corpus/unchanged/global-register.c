/* A global variable in a register: all code of the unit is compiled without that register, a patch's would be as well, the runtime's not. */
/* warning: global-register\.c: not instrumented: .*'counter' is a global variable in a register */
#include "../corpus.h"

register long counter __asm__("r15");

static __attribute__((noinline)) void count(long by) { counter += by; }

int main(void)
{
    long kept = counter;

    counter = 0;
    for (int i = 0; i < 4; i++)
        count(quiet(i));
    note("counter", counter);
    counter = kept;
    return finish();
}
