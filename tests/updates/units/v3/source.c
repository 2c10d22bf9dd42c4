/* Has statics of the same names as main.c, and a type. */
#include <stdlib.h>

extern int limit;
static int count;
static int show(int n) { return n <= limit ? n : limit + 1; }

struct state { struct state *self; char text[40]; };
/* A name that looks like an attribute's. */
static const char *const alias[] = { "none", "some" };

int next(void)
{
    static struct state *state;

    if (!state) {
        state = malloc(sizeof *state);
        state->self = state;
    }
    return show(++count) + (state->self != state || alias[0] == alias[1]);
}
