/* The __atomic builtins on locals: libclang lists their operands in an order of its own. */
#include "corpus.h"

struct place {
    short slots[4];
    long sum;
};

static void look(struct place *p) { p->sum += quiet(p->slots[1]); }

static long stores(int n)
{
    struct place p = {{1, 2, 3, 4}, 0};
    long expected = 0, last = 7;

    for (int i = 0; i < n; i++) {
        if (i % 2)
            __atomic_store_n(&p.slots[i % 4], (short)quiet(i * 3), __ATOMIC_RELEASE);
        look(&p);
        expected = __atomic_load_n(&p.sum, __ATOMIC_ACQUIRE);
        if (__atomic_compare_exchange_n(&p.sum, &expected, expected + quiet(last), 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
            last = __atomic_fetch_add(&p.sum, quiet(2), __ATOMIC_RELAXED) % 11;
        last += __atomic_exchange_n(&p.slots[0], (short)note("last", last), __ATOMIC_ACQ_REL);
    }
    return p.sum + expected + last;
}

int main(void)
{
    note("stores", stores(9));
    return finish();
}
