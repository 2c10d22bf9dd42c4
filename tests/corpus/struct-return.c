/* Structs as results, of every class of the calling convention: registers, vector registers, mixed, memory. */
#include "corpus.h"

struct one { char c; };
struct ints { int a, b; };
struct longs { long a, b; };
struct reals { double a, b; };
struct floats { float a, b, c; };
struct mixed { double a; long b; };
struct xdim { long b; float a; };
struct big { long v[5]; };
struct empty { };

static struct one make_one(int n) { return (struct one) { (char)quiet(n) }; }
static struct ints make_ints(int n) { return (struct ints) { (int)quiet(n), (int)quiet(n + 1) }; }
static struct longs make_longs(int n) { struct longs r = { quiet(n), quiet(n + 1) }; return r; }
static struct reals make_reals(int n) { return (struct reals) { quiet_real(n + 0.5), quiet_real(n + 1.5) }; }
static struct floats make_floats(int n) { return (struct floats) { (float)quiet(n), 2.5f, (float)quiet(n + 2) }; }
static struct mixed make_mixed(int n) { return (struct mixed) { quiet_real(n + 0.25), quiet(n) }; }
static struct xdim make_xdim(int n) { return (struct xdim) { quiet(n), (float)quiet_real(n + 0.25) }; }
static struct big make_big(int n)
{
    struct big r;
    for (int i = 0; i < 5; i++)
        r.v[i] = quiet(n + i);
    return r;
}
static struct empty make_empty(int n) { struct empty e; quiet(n); return e; }
static struct big pass_on(int n) { return make_big(n * 2); }

int main(void)
{
    struct big kept = make_big(1), *p = &kept;
    struct ints pairs[3];

    note("one", make_one(3).c);
    note("ints", make_ints(3).a * 10 + make_ints(5).b);
    note("longs", make_longs(3).a * 10 + make_longs(5).b);
    note_real("reals", make_reals(3).a * 10 + make_reals(5).b);
    note_real("floats", make_floats(3).a * 10 + make_floats(5).c);
    note_real("mixed", make_mixed(3).a + (double)make_mixed(4).b);
    note_real("xdim", make_xdim(3).a + (double)make_xdim(4).b);
    note("big", make_big(7).v[4]);
    *p = pass_on(10);
    note("passed on", kept.v[0] + kept.v[4]);
    kept = make_big((int)quiet(kept.v[1]));
    note("assigned", kept.v[2]);
    for (int i = 0; i < 3; i++)
        pairs[i] = make_ints(i * 7);
    note("array", pairs[0].a + pairs[1].b + pairs[2].b);
    struct longs chosen = quiet(1) ? make_longs(50) : make_longs(60);
    note("chosen", chosen.a);
    make_empty(3);
    (void)make_big(9);
    note("element of a result", make_big(3).v[quiet(2)]);
    return finish();
}
