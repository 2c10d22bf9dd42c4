/* Tables of functions: a struct of function pointers grows; constant tables are the new version's own, pointers into them are mapped by index. */
#include "../step.h"

struct command { const char *name; int (*run)(int); };

static int add(int n) { step(); return n + 1; }
static int twice(int n) { step(); return n * 2; }

static const struct command commands[] = { { "ADD", add }, { "TWICE", twice } };
static struct command own = { "own", add };
static const struct command *last = &commands[0];
static int (**hook)(int) = &own.run;

int main(void)
{
    int n = 1;

    for (int i = 0; i < 6; i++) {
        const struct command *c = &commands[i % 2];

        n = c->run(n);
        step();
        n += (*hook)(i) - own.run(i);
        printf("%s %d, last: %s\n", c->name, n, last->name);
        last = c;
        own.run = i % 2 ? add : twice;
    }
    return 0;
}
