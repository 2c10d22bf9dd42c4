/* exit from deep inside, with atexit handlers that call much, one of which registers another. */
#include <stdlib.h>
#include "corpus.h"

static void late(void) { for (int i = 0; i < 3; i++) note("late", quiet(i)); }
static void early(void) { note("early", 1); atexit(late); }

static void dive(int depth)
{
    if (depth < 0)
        return;
    if (depth == 0) {
        note("bottom", 0);
        exit(finish());
    }
    dive(depth - 1);
    note("never", depth);
}

int main(void)
{
    atexit(early);
    for (int i = 0; ; i++)
        dive(quiet(i) == 3 ? 5 : (note("round", i), -1));
}
