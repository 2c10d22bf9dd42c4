/* ({ ... }): values, locals inside, loops and jumps out of them, nesting, as arguments and conditions. */
#include "corpus.h"

#define MAX(a, b) ({ __typeof__(a) left = (a); __typeof__(b) right = (b); left > right ? left : right; })

static long twice(long x) { return quiet(x) * 2; }

static long early(long x)
{
    long y = 1 + ({ if (quiet(x) > 5) return note("left early", x); twice(x); });
    return y;
}

int main(void)
{
    note("max", MAX(twice(3), twice(4)));
    note("nested", MAX(MAX(quiet(1), quiet(9)), MAX(quiet(5), quiet(6))));
    note("loop", ({ long sum = 0; for (int i = 0; i < 5; i++) sum += quiet(i); sum; }));
    note("argument", twice(({ long t = twice(5); t + 1; })) + twice(({ quiet(8); })));
    for (int i = 0; ({ note("condition", i); quiet(i) < 3; }); i++) {
        if (({ int odd = (int)quiet(i) & 1; odd; }))
            continue;
        note("even", i);
    }
    note("early", early(3));
    note("early", early(6));
    ({ note("statement", 1); });
    long found = -1;
    for (int i = 0; i < 10; i++) {
        long v = ({ if (quiet(i) == 4) break; quiet(i) * 3; });
        found = v;
    }
    note("found", found);
    struct pair { int a, b; } pair = ({ struct pair p = { (int)quiet(3), (int)quiet(4) }; p; });
    note("struct", pair.a * 10 + pair.b);
    note("goto", ({ long n = 0; again: n += quiet(2); if (n < 7) goto again; n; }));
    return finish();
}
