/* Each place where an inline function is expanded has labels of its own: to hold the function in one copy would be seen (mark). One that has
   points and is left as it is stays in one copy (visit); whether its labels are the same is nobody's business. */
/* warning: label-inline\.c:[0-9]+: warning: 'visit' is not instrumented: an address of a label is used as a value, and the function is inline: each copy of it has labels of its own */
#include "../corpus.h"

static void *first, *second, *third;

static __inline__ void mark(void **place, int is_wanted)
{
    if (is_wanted) {
    here:
        *place = &&here;
    }
}

static __inline__ void visit(void **place, int is_wanted)
{
    if (is_wanted) {
    here:
        *place = &&here;
    }
    note("visited", is_wanted);
}

__attribute__((noinline)) static void mark_first(int is_wanted) { mark(&first, is_wanted); }

__attribute__((noinline)) static void mark_second(int is_wanted) { mark(&second, is_wanted); }

int main(void)
{
    mark_first((int)quiet(1) != 0);
    mark_second((int)quiet(1) != 0);
    visit(&third, (int)quiet(1) != 0);
    note("marked", first != 0 && second != 0 && third != 0);
#ifdef __OPTIMIZE__
    note("one label", first == second);
#endif
    return finish();
}
