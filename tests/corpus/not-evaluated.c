/* Operands that are looked at and not evaluated: calls in them do not happen, and need not exist. */
#include "corpus.h"

long undefined(void);

static inline long is_constant(long x) { return __builtin_constant_p(x + undefined()); }

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
    return finish();
}
