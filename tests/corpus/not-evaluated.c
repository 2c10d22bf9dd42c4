/* Operands that are looked at and not evaluated: calls in them do not happen, and need not exist. */
#include "corpus.h"

long undefined(void);

static inline long is_constant(long x) { return __builtin_constant_p(x + undefined()); }

struct pair { long first; char second; };
struct other { char first; };

static void *copy(void *from) { quiet(1); return from; }

#define CHECKED_COPY(x) ((__typeof__(x)) copy(x))
#define IS_LONG(x) __builtin_types_compatible_p(__typeof__(x), long)

/* Locals of one name in scopes beside each other, named where nothing is evaluated: in the type of a cast, in a question about types. */
static void same_names(long n)
{
    struct pair pair = {n, 'p'};
    struct other other = {(char)n};

    switch (quiet(n) & 1) {
    case 0: {
        struct pair *it = &pair, **at = &it;
        note("pair", CHECKED_COPY(it)->first + IS_LONG((*at)->first) + IS_LONG(it->second));
        break;
    }
    default: {
        struct other *it = &other;
        note("other", CHECKED_COPY(it)->first + 10 * IS_LONG(it->first));
        break;
    }
    }
    for (struct pair *it = &pair; it; it = it->first-- > 0 ? it : NULL)
        note("loop", CHECKED_COPY(it)->first);
}

int main(void)
{
    char buffer[20];
    long n = quiet(3);

    for (long i = 0; i < n; i++) {
        note("constant", __builtin_constant_p(note("never", i)) + is_constant(i));
        note("size", __builtin_object_size(&buffer[undefined() & 0], 0) >= sizeof buffer);
        note("type", __builtin_types_compatible_p(__typeof__(undefined()), long));
        note("sizeof", (long)sizeof(undefined()) + (long)sizeof(buffer[note("never", 2)]));
        note("classify", __builtin_classify_type(undefined()));
    }
    same_names(2);
    same_names(3);
    return finish();
}
