/* A program: a recursive-descent calculator with variables, error recovery by longjmp, and an output buffer. */
#include <ctype.h>
#include <setjmp.h>
#include "corpus.h"

struct parser { const char *at; jmp_buf failed; long variables[26]; int depth; };

static long expression(struct parser *p);

static void fail(struct parser *p, int why) { note("error near", *p->at); longjmp(p->failed, why); }
static void space(struct parser *p) { while (*p->at == ' ') p->at++; }
static int accept(struct parser *p, char c) { space(p); return *p->at == c ? (p->at++, 1) : 0; }

static long primary(struct parser *p)
{
    long value = 0;

    space(p);
    if (accept(p, '(')) {
        if (++p->depth > 4)
            fail(p, 1);
        value = expression(p);
        p->depth--;
        if (!accept(p, ')'))
            fail(p, 2);
    } else if (accept(p, '-')) {
        value = -primary(p);
    } else if (islower((unsigned char)*p->at)) {
        long *variable = &p->variables[*p->at++ - 'a'];
        value = accept(p, '=') ? (*variable = expression(p)) : *variable;
    } else if (isdigit((unsigned char)*p->at)) {
        do
            value = value * 10 + (*p->at++ - '0');
        while (isdigit((unsigned char)*p->at));
    } else
        fail(p, 3);
    return value;
}

static long term(struct parser *p)
{
    long value = primary(p);

    for (;;)
        if (accept(p, '*'))
            value *= primary(p);
        else if (accept(p, '/')) {
            long by = primary(p);
            if (by == 0)
                fail(p, 4);
            value /= by;
        } else
            return value;
}

static long expression(struct parser *p)
{
    long value = term(p);

    while (*p->at)
        if (accept(p, '+'))
            value += term(p);
        else if (accept(p, '-'))
            value -= term(p);
        else
            break;
    return value;
}

int main(void)
{
    static const char *const lines[] = { "1 + 2 * 3", "a = (4 + 5) * -2", "a * a - 1", "7 / (3 - 3)", "((((( 1 )))))",
                                         "b = c = 5", "b * (c + a", "2 * (b + c) / 3", "$" };
    static struct parser p;

    for (volatile unsigned i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        int why;
        p.at = lines[i];
        p.depth = 0;
        if ((why = setjmp(p.failed)) != 0) {
            note("failed", why);
            continue;
        }
        note(lines[i], expression(&p));
    }
    return finish();
}
