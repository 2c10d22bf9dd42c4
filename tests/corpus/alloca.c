/* alloca: blocks that live as long as the frame, in loops, with their addresses in a list and in callees. */
#include <alloca.h>
#include "corpus.h"

struct node { long value; struct node *next; };

static long walk(struct node *n)
{
    long sum = 0;

    for (; n; n = n->next)
        sum += note("node", n->value);
    return sum;
}

static long build(int count)
{
    struct node *list = NULL;

    for (int i = 0; i < count; i++) {
        struct node *n = alloca(sizeof *n);
        n->value = quiet(i * i);
        n->next = list;
        list = n;
    }
    return walk(list);
}

static char *render(char *into, int n) { snprintf(into, 16, "<%d>", (int)quiet(n)); return into; }

int main(void)
{
    note("build", build(6));
    for (int i = 1; i < 4; i++) {
        char *text = __builtin_alloca(16 * (size_t)quiet(i));
        puts(render(text, i));
        note("length", (long)strlen(text));
    }
    return finish();
}
