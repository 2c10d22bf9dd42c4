/* volatile objects: locals, globals, pointers, compound assignment: read and written as often as C says. */
#include "corpus.h"

static volatile int device;
struct registers { volatile unsigned status, data; };

static long poll(volatile struct registers *r)
{
    long spins = 0;

    while (!(r->status & 1)) {
        if (quiet(++spins) > 3)
            r->status |= 1;
    }
    return r->data += (unsigned)quiet(spins);
}

int main(void)
{
    volatile long local = 1, *p = &local;
    struct registers r = { 0, 10 };
    volatile double x = 0.5;
    const volatile int fixed = 3;

    for (volatile int i = 0; i < 5; i++) {
        local += i + quiet(i);
        device = (int)*p;
        x *= quiet_real(1.5);
        note("device", device);
    }
    note("poll", poll(&r));
    note("local", local++ + quiet(0));
    note("local", *p + fixed);
    note_real("x", x);
    volatile char array[8];
    for (int i = 0; i < 8; i++)
        array[i] = (char)quiet(i * 3);
    array[quiet(2)] -= (char)note("array", array[7]);
    note("array", array[2]);
    return finish();
}
