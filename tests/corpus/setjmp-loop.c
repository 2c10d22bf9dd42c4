/* setjmp in a loop condition and in an if, sigsetjmp, _setjmp, a jmp_buf on the stack and one on the heap. */
#include <setjmp.h>
#include <stdlib.h>
#include "corpus.h"

struct handler { jmp_buf buffer; struct handler *below; int code; };

static struct handler *top;

static void throw(int code)
{
    struct handler *h = top;

    top = h->below;
    h->code = (int)quiet(code);
    longjmp(h->buffer, 1);
}

static long risky(int n)
{
    if (quiet(n) % 3 == 0)
        throw(n);
    return note("survived", n);
}

static long guarded(int n)
{
    struct handler here = { .below = top };

    top = &here;
    if (setjmp(here.buffer) != 0)
        return note("caught", here.code);
    long r = risky(n) + risky(n + 1);
    top = here.below;
    return r;
}

static void heap(void)
{
    sigjmp_buf *buffer = malloc(sizeof *buffer);
    volatile int count = 0;

    while (sigsetjmp(*buffer, 1) < 3) {
        note("again", ++count);
        quiet(count);
        siglongjmp(*buffer, count);
    }
    note("count", count);
    free(buffer);
}

int main(void)
{
    for (int i = 1; i < 8; i++)
        note("guarded", guarded(i));
    heap();
    jmp_buf plain;
    volatile int first = 1;
    if (!_setjmp(plain)) {
        first = 2;
        if (quiet(1))
            _longjmp(plain, 5);
    }
    note("first", first);
    return finish();
}
