/* Bit-fields: wider, in another order, plain fields that were bits. */
#include "../step.h"

struct flags { unsigned long rest : 33, : 2, mode : 7; int delta : 9, : 0; _Bool on; unsigned tag : 8; };
static struct flags flags = { 0xabcde, 5, -3, 1, 77 };

int main(void)
{
    struct flags mine = flags, *p = &mine;

    for (int i = 0; i < 6; i++) {
        step();
        flags.mode++;
        flags.delta--;
        flags.rest ^= 0x10001;
        p->on ^= 1;
        step();
        printf("%d, %d, %d, %d, %x, %d %d\n", flags.on, flags.mode, flags.delta, flags.tag, (unsigned)flags.rest, mine.on, p->mode);
        if (flags.mode == 7)
            flags.mode = 0;
    }
    return 0;
}
