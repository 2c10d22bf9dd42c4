/* What an assignment evaluates first where C leaves it open: what the right side is computed from, then the place, then the call or
   the rest of the right side. Programs depend on it without knowing: code[position] = operand (next ()). */
#include "corpus.h"

struct row { int cells[4]; };

static struct row rows[4], *row = rows;
static int code[5], position;

__attribute__((noinline)) static int move(int n)
{
    position = n;
    row = rows + n;
    return (int)note("move", n);
}

__attribute__((noinline)) static int advance(int n)
{
    position = (position + 1) % 4;
    row = rows + position;
    return (int)note("advance", n + 10);
}

static void show(const char *what)
{
    note(what, position);
    for (int i = 0; i < 5; i++)
        printf("%d ", code[i]);
    for (int i = 0; i < 16; i++)
        printf("%d ", rows[i / 4].cells[i % 4]);
    puts("");
    memset(code, 0, sizeof code);
    memset(rows, 0, sizeof rows);
    position = 0;
    row = rows;
}

int main(void)
{
    code[position] = advance(move(2)); show("result of an argument");
    code[position] = advance(3); show("result");
    row->cells[1] = advance(move(1)); show("member");
    *(row->cells + 1) = advance(move(1)); show("pointer");
    code[position] = (move(1), advance(1)); show("comma");
    code[position] = (unsigned)advance(move(2)); show("same size");
    code[position] = (int)note("other size", move(2)); show("other size");
    code[move(3)] = (int)note("right first", 4) + 1; show("sum");
    code[move(3)] = position + 1; show("variable in a sum");
    code[move(3)] = position; show("variable");
    code[move(3)] = code[position + 1]; show("element");
    code[move(1)] = advance(move(2)); show("both");
    code[move(1)] = advance(position); show("argument is a variable");
    rows[move(2)] = *row; show("struct");
    row->cells[advance(0) - 10] = code[position = 2] = advance(move(3)); show("chain");
    return finish();
}
