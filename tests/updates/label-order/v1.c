/* An interpreter with a table of labels that is constant: the next versions have it in another order, with other numbers, and with one more. */
#include "../step.h"

enum { PUSH, ADD, TWICE, SHOW, JUMP_UNLESS, STOP };

static const char program[] = "p3 p4 a s t s p0 j2 s t x";

static int code(char letter)
{
    switch (letter) {
    case 'p': return PUSH;
    case 'a': return ADD;
    case 't': return TWICE;
    case 's': return SHOW;
    case 'j': return JUMP_UNLESS;
    default: return STOP;
    }
}

static long run(const char *text)
{
    static const void *const labels[] = { &&push, &&add, &&twice, &&show, &&jump_unless, &&stop };
    long stack[8], *top = stack;

#define NEXT while (*text == ' ') text++; goto *labels[code(*text++)]
    NEXT;
push:
    *top++ = *text++ - '0';
    NEXT;
add:
    top--;
    top[-1] += *top;
    NEXT;
twice:
    top[-1] *= 2;
    NEXT;
show:
    printf("one: %ld\n", top[-1]);
    step();
    NEXT;
jump_unless:
    if (*--top == 0)
        text += *text - '0';
    text++;
    NEXT;
stop:
    return top[-1];
}

int main(void)
{
    for (int i = 0; i < 3; i++)
        printf("one: result %ld\n", run(program));
    return 0;
}
