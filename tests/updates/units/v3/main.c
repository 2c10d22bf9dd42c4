/* Two units, each with its own static names and a struct of the same tag; the new version has one more. */
#include "../../step.h"

int next(void);
const char *mark(int n);
int limit = 6;
static int count = 50;
static void show(const char *text) { int now = count++; printf("main, %d %s%s\n", now, text, mark(now)); step(); }

struct state { long first, last; };

int main(void)
{
    struct state state = { 50, 56 };

    for (int i = next(); i <= limit; i = next())
        show(i % 2 ? "odd" : "even");
    return state.last - state.first - 6;
}
