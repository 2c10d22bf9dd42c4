/* Functions of several names: their addresses stay equal, those that were kept before an update and those that are taken later. */
#include "corpus.h"

int target(int n) { return (int)note("target", n) * 2; }
extern int other(int) __attribute__((alias("target")));
extern int third(int) __attribute__((alias("other")));
static int weak(int) __attribute__((weakref("target")));

static int (*kept[])(int) = { target, other, third, weak };

int main(void)
{
    int (*volatile now)(int);

    for (int i = 0; i < 4; i++) {
        note("round", i);
        now = i % 2 ? other : third;
        note("equal", (now == target) + (kept[0] == target) + (kept[1] == other) + (kept[2] == third) + (kept[3] == weak) + (kept[i] == now));
        note("call", kept[i](i) + now(i));
    }
    return finish();
}
