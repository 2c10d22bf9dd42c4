/* Words that mean something in attributes, as names of functions, parameters and variables. */
#include "corpus.h"

static long constructor(long noreturn, long returns_nonnull) { return quiet(noreturn) + returns_nonnull; }
static long destructor(long constructor) { return quiet(constructor) * 3; }
static void __attribute__((constructor(200), noinline)) early(void) { checksum += 7; }
static long visibility(long(noreturn)) { return destructor(noreturn + 1); }

int main(void)
{
    long returns_nonnull = note("constructor", constructor(3, 4));
    long noreturn = note("visibility", visibility(returns_nonnull));

    note("both", constructor(noreturn, destructor(returns_nonnull)));
    return finish();
}
