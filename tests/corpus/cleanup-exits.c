/* __attribute__((cleanup)): the ways out of a scope that cleanup.c has not, where the attribute can stand, and what a
 * cleanup function can be: static, inline, another unit's (here: the library's), one that takes void *. */
#include <stdlib.h>
#include "corpus.h"

#define CLEANUP(f) __attribute__((cleanup(f)))
#define g_autofree CLEANUP(g_autoptr_cleanup_generic_gfree)
#define G_DEFINE_AUTOPTR_CLEANUP_FUNC(T, f) \
    typedef T *T##_autoptr; \
    static inline MAYBE_UNUSED void glib_autoptr_cleanup_##T(T **p) { if (*p) f(*p); }
#define g_autoptr(T) CLEANUP(glib_autoptr_cleanup_##T) T##_autoptr

typedef struct lock { int depth; } lock;
typedef struct list { struct list *next; long value; } list;

static lock the_lock;

static inline void g_autoptr_cleanup_generic_gfree(void *p) { void **pp = p; free(*pp); }
static void release(int *p) { note("release", *p); commutative += (unsigned long)quiet(*p); mix((unsigned long)*p); }
static void of_const(const int *p) { note("const", *p); }
static void watched(volatile int *p) { note("watched", *p); }
static void silent(int *p) { commutative += (unsigned long)*p; }
static void unlock(lock **l) { note("unlock", (*l)->depth--); }
static lock *take(lock *l) { note("lock", ++l->depth); return l; }
#define SCOPED_LOCK(l) __attribute__((unused, __cleanup__(unlock))) lock *scoped = take(l)

static void free_list(list *l)
{
    while (l) {
        list *next = l->next;
        note("free", l->value);
        free(l);
        l = next;
    }
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(list, free_list)

static list *cons(long value, list *next)
{
    list *l = malloc(sizeof *l);
    l->value = quiet(value);
    l->next = next;
    return l;
}

/* The value is computed before the cleanup function changes what it is computed from. */
static void spoil(long *p) { note("spoil", *p); *p = -1; }
static long returned(long n)
{
    CLEANUP(spoil) long v = quiet(n);
    return v;
}

struct pair { long a, b; };
static void spoil_pair(struct pair *p) { note("spoil a", p->a); p->a = p->b = -9; }
static struct pair returned_struct(long n)
{
    struct pair p CLEANUP(spoil_pair) = { n, quiet(n + 1) };
    return p;
}

static double returned_double(double x) { CLEANUP(release) int guard = (int)x; return quiet_real(x) / 3; }
static char returned_narrow(int n) { CLEANUP(release) int guard = n; return n * 1000; }
static void returned_void(int n) { CLEANUP(release) int guard = n; return free_list(cons(n, NULL)); }
static int returned_constant(int n) { CLEANUP(release) int guard = n; if (n & 1) return 1; return n ? 2 : 3; }

/* Statement expressions: the value first, then the cleanup; and ways out of them. */
static int in_expressions(int n)
{
    int x = ({ CLEANUP(release) int a = n; quiet(a) + 1; }) + ({ CLEANUP(silent) int b = 7; b; });
    note("x", x);
    note("struct", ({ CLEANUP(spoil_pair) struct pair p = { 3, 4 }; p; }).b);
    ({ CLEANUP(release) int unused = n + 50; quiet(1); });
    ({ CLEANUP(release) int none = n + 60; (void)quiet(1); });
    ({ CLEANUP(release) int last = n + 70; if (n) note("inside", n); });
    for (int i = 0; i < 4; i++) {
        CLEANUP(release) int c = 100 + i, d = ({ if (i == n) break; if (i == 0) continue; if (n == 9) return 99; quiet(200 + i); });
        note("c + d", c + d);
    }
    while (({ CLEANUP(release) int w = n; n--; quiet(w) > 1; }))
        note("while", n);
    do
        note("do", n);
    while (({ CLEANUP(release) int w = n; n++ < 1; }));
    return ({ CLEANUP(release) int r = n + 1000; r + x; });
}

static int loops(int n)
{
    int sum = 0;

    for (CLEANUP(release) int i = (int)quiet(n); i < n + 3; i++) {
        if (i == n + 1)
            continue;
        sum += (int)note("for", i);
    }
    for (CLEANUP(release) int i = 0; quiet(i) < 2; i++) {
        CLEANUP(release) int inner = i + 100;
        if (quiet(i) == n)
            continue;
        inner++;
    }
    for (int i CLEANUP(release) = 0, j CLEANUP(silent) = 5; quiet(i) < j; i++, j--)
        if (i == n)
            break;
    for (CLEANUP(release) int i = 0; ; i++) {
        for (CLEANUP(release) int j = i; j < 3; j++)
            if (quiet(j) == 2 && n == i)
                return sum + i;
        sum++;
    }
}

static int switches(int n)
{
    int result = 0;

    switch (quiet(n)) {
    case 0: {
        CLEANUP(release) int a = 10;
        result += 1;
        break;
    }
    case 1: {
        CLEANUP(release) int a = 11;
        result += 2;
    } /* fall through */
    case 2: {
        CLEANUP(release) int a = 12;
        if (n == 2)
            return (int)note("from the switch", result + a);
        result += 4;
    } break;
    default:
        for (;;) {
            CLEANUP(release) int a = 13;
            switch (n++) { case 3: continue; case 4: break; default: goto out; }
            note("behind", n);
        }
    }
out:
    return result;
}

static int gotos(int n)
{
    int round = 0;
again:;
    {
        CLEANUP(release) int a = round;
        {
            CLEANUP(release) int b = a + 10;
            if (n == 1)
                goto done;
            if (round++ < n)
                goto again;
            if (n == 4)
                goto behind;
            quiet(b);
        behind:
            note("behind", b);
        }
        if (quiet(n) == 3)
            goto a_again;
        n = 3;
    a_again:
        note("a", a);
    }
done:
    return round;
}

/* A jump backwards over a declaration leaves the scope and enters it again. */
static int over(int n)
{
    int i = 0;
top:;
    CLEANUP(release) int a = i + 500;
    if (quiet(i++) < n)
        goto top;
    return a;
}

static int computed(int n)
{
    static const void *const table[] = { &&one, &&two, &&three };
    CLEANUP(release) int a = n;

    goto *table[quiet(n) % 3];
one:
    note("one", a);
two: {
        CLEANUP(release) int b = n + 20;
        a += (int)quiet(b);
    }
three:
    return a + 1;
}

static void placed(int n)
{
    char *CLEANUP(g_autoptr_cleanup_generic_gfree) text = malloc(8);
    int a CLEANUP(release) __attribute__((unused)), *b = &a, __attribute__((unused, cleanup(silent), aligned(16))) c = 3;
    const int fixed __attribute__((__cleanup__(of_const))) = (int)quiet(n);
    CLEANUP(watched) volatile int v = n + 1;
    a = n + fixed;
    strcpy(text, "text");
    note(text, *b + c + v);
}

static void arrays(int n)
{
    extern void show(long (*)[3]);
    CLEANUP(show) long array[3] = { n, quiet(n + 1), n + 2 };
    CLEANUP(release) int cleanup = n;
    array[1] += cleanup;
}

void show(long (*p)[3]) { note("array", (*p)[0] + (*p)[1] + (*p)[2]); }

static long glib(int n)
{
    g_autofree char *name = malloc(16);
    g_autoptr(list) head = NULL;
    SCOPED_LOCK(&the_lock);
    for (int i = 0; i < n; i++) {
        g_autofree char *copy = malloc(16);
        head = cons(i, head);
        memcpy(copy, "0123456789", 11);
        memcpy(name, copy + i, (size_t)(11 - i));
        SCOPED_LOCK(&the_lock);
        if (i == 3)
            return note(name, head->value);
    }
    return head ? quiet(head->value) : -1;
}

/* Of one name, hidden and not. */
static int hidden(int n)
{
    CLEANUP(release) int a = n;
    {
        CLEANUP(release) int a = n + 1;
        if (n) {
            CLEANUP(release) int a = n + 2;
            if (quiet(a) == 4)
                return a;
        }
        quiet(a);
    }
    return a;
}

int main(void)
{
    for (int n = 0; n < 5; n++) {
        note("returned", returned(n));
        struct pair p = returned_struct(n);
        note("struct", p.a * 10 + p.b);
        note_real("double", returned_double(n));
        note("narrow", returned_narrow(n));
        returned_void(n);
        note("constant", returned_constant(n));
        note("expressions", in_expressions(n));
        note("loops", loops(n % 3));
        note("switches", switches(n));
        note("gotos", gotos(n));
        note("over", over(n % 3));
        note("computed", computed(n));
        placed(n);
        arrays(n);
        note("glib", glib(n + 1));
        note("hidden", hidden(n));
    }
    return finish();
}
