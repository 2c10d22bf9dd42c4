/* Tags that mean something else inside a function: unlike a typedef they have no other name. */
/* warning: type-names\.c:[0-9]+: warning: 'of_enumeration' is not instrumented: the name of the type 'enum kind' has several meanings in it */
#include "../corpus.h"

enum kind { SMALL = 1 };

__attribute__((noinline)) static long counted(long n) { return note("counted", n); }

static void of_enumeration(void)
{
    note("enumeration", (long)({ enum kind { LARGE = 1L << 40 }; enum kind x = (enum kind)note("long", LARGE); x; }) + counted(1));
}

int main(void)
{
    of_enumeration();
    return finish();
}
