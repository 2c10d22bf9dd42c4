/* A union gets members: those that it had are where they were, so its bytes are kept, whichever is in use; it may become larger. */
#include "../step.h"

union value { int i; float f; char *text; double d; struct { short a, b; }; };
struct cell { char kind; union value value; struct cell *next; };
static struct cell last = { 't', { .text = "abc" }, 0 }, first = { 'i', { 7 }, &last };
static union value alone = { .f = 0.5f };

static void show(struct cell *cell, union value *value)
{
    for (; cell; cell = cell->next) {
        step();
        if (cell->kind == 'i')
            printf("%d ", cell->value.i++);
        else
            printf("%s ", cell->value.text);
    }
    value->f += 1;
}

int main(void)
{
    for (int i = 0; i < 4; i++) {
        union value *value = &alone, local = { i };

        show(&first, i % 2 ? value : &alone);
        printf("%.1f: %d\n", alone.f, local.i);
    }
    return 0;
}
