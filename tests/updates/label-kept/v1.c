/* Code that is prepared as addresses of labels, as some interpreters do. What the old version has put on the heap, into a static and a local
 * variable, leads to the labels of those names in the new one, also from the middle of a call. */
#include "../step.h"
#include <stdlib.h>

enum { ADD, TWICE, CALL, END };
struct code { void *at; struct code *next; };

static struct code *program;
static void *last;

static struct code *code(void *at, struct code *next)
{
    struct code *c = malloc(sizeof *c);

    c->at = at;
    c->next = next;
    return c;
}

static long run(long value, int depth)
{
    static const void *const labels[] = { &&add, &&twice, &&call, &&end };
    void *table[] = { (void *)labels[ADD], (void *)labels[TWICE], (void *)labels[CALL], (void *)labels[END] };
    struct code *c = program;
    void *first;

    if (program == NULL) {
        last = &&end;
        program = code(table[CALL], code(table[ADD], code(table[TWICE], code(last, NULL))));
        return 0;
    }
    first = c->at;
    goto *c->at;
add:
    printf("add %ld\n", value);
    value += 1;
    step();
    c = c->next;
    goto *c->at;
twice:
    value *= 2;
    step();
    printf("twice %ld %d\n", value, first == &&call);
    c = c->next;
    goto *c->at;
call:
    value += depth > 0 ? run(value, depth - 1) : 0;
    step();
    c = c->next;
    goto *c->at;
end:
    printf("end %d\n", c->at == last);
    return value;
}

int main(void)
{
    run(0, 0);
    for (int i = 0; i < 3; i++)
        printf("value %ld\n", run(i, 1));
    return 0;
}
