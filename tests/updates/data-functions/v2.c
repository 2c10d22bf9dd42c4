/* Tables of functions: a struct of function pointers grows; constant tables are the new version's own, pointers into them are mapped by index. */
#include "../step.h"

struct command { int (*run)(int); int uses; const char *name, *help; };

static int add(int n) { step(); return n + 1; }
static int twice(int n) { step(); return n * 2; }

static const struct command commands[] = { { add, 0, "Add", "adds" }, { twice, 0, "Twice", "doubles" }, { 0, 0, "end", 0 } };
static struct command own = { add, 3, "own", "own" };
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
        printf("%s %d, last %s\n", c->name, n, last->name);
        last = c;
        own.run = i % 2 ? add : twice;
    }
    return 0;
}
