/* Expressions compiled into steps that hold addresses of labels, on the heap, as databases do it: the addresses are handed out by the
 * interpreter itself, looked up backwards in a sorted table, compared, kept in locals, and used while the interpreter calls itself. */
#include <stdlib.h>
#include "corpus.h"

enum op { CONST, ADD, MUL, NOT, JUMP_IF, CALL, DONE, OPS };

struct step { const void *code; long value; struct step *target; };
struct place { const void *code; enum op op; };

static const void *const *codes;
static struct place places[OPS];

static long eval(struct step *step, long depth)
{
    static const void *const table[] = { &&on_const, &&on_add, &&on_mul, &&on_not, &&on_jump_if, &&on_call, &&on_done };
    static long calls;
    long value = 0;
    const void *again = NULL;

    if (step == NULL) {
        codes = table;
        return 0;
    }
    calls++;
    goto *step->code;
on_const:
    value = note("const", step->value);
    step++;
    goto *step->code;
on_add:
    value += quiet(step->value);
    step++;
    goto *step->code;
on_mul:
    value = note("mul", value * step->value);
    step++;
    goto *step->code;
on_not:
    value = !quiet(value);
    step++;
    goto *step->code;
on_jump_if:
    if (value > 40 && again == NULL) {
        again = step[1].code;
        step = step->target;
    } else
        step++;
    quiet(calls);
    goto *step->code;
on_call:
    value += note("call", depth > 0 ? eval(step->target, depth - 1) : 1);
    step++;
    goto *step->code;
on_done:
    if (again != NULL) {
        const void *next = again;

        again = NULL;
        note("again", next == &&on_not);
        step++;
        goto *next;
    }
    return note("calls", calls) + value;
}

static int by_code(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    return x->code < y->code ? -1 : x->code > y->code;
}

static enum op op_of(const struct step *step)
{
    struct place wanted = { step->code, OPS };
    const struct place *found = bsearch(&wanted, places, OPS, sizeof places[0], by_code);

    return found == NULL ? OPS : found->op;
}

static struct step *compile(const long *text, long n)
{
    struct step *steps = malloc((unsigned long)n * sizeof *steps);

    for (long i = 0; i < n; i++) {
        steps[i].code = codes[text[2 * i]];
        steps[i].value = quiet(text[2 * i + 1]);
        steps[i].target = steps + text[2 * i + 1] % n;
    }
    return steps;
}

int main(void)
{
    static const long text[] = { CONST, 3, MUL, 7, CALL, 0, JUMP_IF, 6, ADD, 5, NOT, 0, DONE, 0, NOT, 0, ADD, 2, DONE, 0 };
    struct step *steps;

    eval(NULL, 0);
    for (int i = 0; i < OPS; i++)
        places[i] = (struct place){ codes[i], (enum op)i };
    qsort(places, OPS, sizeof places[0], by_code);
    steps = compile(text, 10);
    for (long depth = 0; depth < 4; depth++) {
        note("value", eval(steps, depth));
        for (int i = 0; i < 10; i++)
            note("op", op_of(&steps[i]) == (enum op)text[2 * i]);
    }
    free(steps);
    return finish();
}
