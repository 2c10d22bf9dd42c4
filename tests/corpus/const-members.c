/* Structs with const members: objects of them are initialised, never assigned, also where a call's result is one. */
#include "corpus.h"

struct named { const int id; long value; };
struct tagged { const char tag[4]; struct named inner; };
struct large { const long key; long values[6]; };

static struct named make_named(int n) { return (struct named) { n, quiet(n) }; }
static struct tagged make_tagged(int n) { return (struct tagged) { "tag", { n, quiet(n + 1) } }; }
static struct large make_large(int n) { return (struct large) { quiet(n), { n, n + 1, quiet(n + 2) } }; }

static long sum(struct named a, struct tagged b, struct large c, long more)
{
    return note("sum", a.id + a.value + b.tag[0] + b.inner.value + c.key + c.values[2] + more);
}

static long nested(int n)
{
    return sum(make_named(n), make_tagged(n + 1), make_large(n + 2), note("more", n));
}

static long kept(int n)
{
    struct named a = make_named(n);
    struct tagged b = make_tagged(n);
    const struct large c = make_large(n);
    long result = note("kept", a.value);

    return result + b.inner.id + c.values[1] + quiet(a.id);
}

int main(void)
{
    for (int n = 0; n < 3; n++) {
        note("nested", nested(n));
        note("kept", kept(n));
    }
    return finish();
}
