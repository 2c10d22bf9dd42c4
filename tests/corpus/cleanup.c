/* __attribute__((cleanup)): runs once per object, in order, at every kind of exit from the scope. */
#include <stdlib.h>
#include "corpus.h"

#define CLEANUP(f) __attribute__((cleanup(f)))

static void release(int *p) { note("release", *p); }
static void drop(char **p) { note(*p ? *p : "(none)", 0); free(*p); }

static char *copy(const char *text) { char *c = malloc(strlen(text) + 1); quiet(1); return strcpy(c, text); }

static long several(int n)
{
    CLEANUP(release) int a = n * 10;
    CLEANUP(release) int b = (int)quiet(n) * 10 + 1;

    if (n == 0)
        return note("early", a + b);
    for (int i = 0; i < 3; i++) {
        CLEANUP(release) int c = n * 100 + i;
        if (quiet(i) == 1) {
            if (n == 1)
                continue;
            if (n == 2)
                break;
            if (n == 3)
                goto out;
        }
        note("body", c);
    }
    a += (int)note("after the loop", n);
    return note("value", a) + b;
out:
    b = 7;
    return quiet(b);
}

int main(void)
{
    for (int n = 0; n < 4; n++)
        note("several", several(n));
    CLEANUP(drop) char *text = copy("main's own");
    {
        CLEANUP(drop) char *inner = copy("inner");
        CLEANUP(drop) char *none = NULL;
        inner[0] = (char)('a' + quiet(0));
    }
    puts(text);
    return finish();
}
