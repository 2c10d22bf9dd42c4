/* Constructors, destructors and atexit: code that runs outside of main, where an update may not strike. */
#include <stdlib.h>
#include "corpus.h"

static int order;

__attribute__((constructor(102))) static void second(void) { note("constructor", order = order * 10 + 2); }
__attribute__((constructor(101))) static void first(void) { note("constructor", order = order * 10 + 1); }
__attribute__((constructor)) static void last(void) { note("constructor", order = order * 10 + 3); }
__attribute__((destructor)) static void end(void) { note("destructor", order); }

static void leaving(void) { note("atexit", order += (int)quiet(4)); }
static void also(void) { note("atexit too", order += 5); }

int main(void)
{
    atexit(leaving);
    atexit(also);
    for (int i = 0; i < 3; i++)
        order += (int)note("main", i);
    return finish();
}
