/* _Atomic objects and the __atomic and __sync builtins, with calls in their operands. */
#include <stdatomic.h>
#include "corpus.h"

static _Atomic long total = 5;
static atomic_flag flag = ATOMIC_FLAG_INIT;
struct shared { _Atomic int count; atomic_uint bits; };

int main(void)
{
    struct shared s = { 1, 2 };
    _Atomic int local = 3;
    long expected = 8;
    int plain = 1;

    total += note("add", 3);
    note("compare", atomic_compare_exchange_strong(&total, &expected, quiet(20)));
    note("total", total);
    note("compare", atomic_compare_exchange_strong(&total, &expected, quiet(30)));
    note("expected", expected);
    for (int i = 0; i < 5; i++) {
        local += (int)quiet(i);
        s.count++;
        atomic_fetch_or(&s.bits, (unsigned)quiet(1) << i);
        note("local", local);
    }
    note("count", s.count-- + (long)atomic_load(&s.bits));
    note("flag", atomic_flag_test_and_set(&flag) + 2 * atomic_flag_test_and_set(&flag));
    note("fetch add", __atomic_fetch_add(&plain, (int)quiet(4), __ATOMIC_SEQ_CST));
    note("sync", __sync_val_compare_and_swap(&plain, (int)quiet(5), (int)quiet(6)));
    note("plain", atomic_exchange(&total, quiet(plain)) + total);
    return finish();
}
