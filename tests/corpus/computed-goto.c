/* Labels as values: a small interpreter that jumps through a table, and a label kept in a local. */
#include "corpus.h"

enum { PUSH, ADD, MUL, DUP, JNZ, DEC, PRINT, STOP };

static long run(const int *code)
{
    static void *jump[] = { &&push, &&add, &&mul, &&dup, &&jnz, &&dec, &&print, &&stop };
    long stack[16], *top = stack;
    const int *pc = code;

    goto *jump[*pc++];
push:
    *top++ = quiet(*pc++);
    goto *jump[*pc++];
add:
    top--;
    top[-1] += top[0];
    goto *jump[*pc++];
mul:
    top--;
    top[-1] *= quiet(top[0]);
    goto *jump[*pc++];
dup:
    *top = top[-1];
    top++;
    goto *jump[*pc++];
jnz:
    if (*--top != 0)
        pc = code + *pc;
    else
        pc++;
    goto *jump[*pc++];
dec:
    top[-1]--;
    goto *jump[*pc++];
print:
    note("print", top[-1]);
    goto *jump[*pc++];
stop:
    return top[-1];
}

static long local_label(long n)
{
    void *next = &&even;
    long sum = 0;

again:
    next = quiet(n) % 2 ? &&odd : &&even;
    goto *next;
odd:
    sum += note("odd", n);
    if (--n > 0)
        goto again;
    return sum;
even:
    sum -= note("even", n);
    if (--n > 0)
        goto again;
    return sum;
}

int main(void)
{
    static const int countdown[] = { PUSH, 6, PRINT, DEC, DUP, JNZ, 2, PUSH, 5, ADD, PUSH, 7, MUL, STOP };

    note("result", run(countdown));
    note("labels", local_label(7));
    return finish();
}
