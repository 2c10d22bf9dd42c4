/* Bit-fields: wider, in another order, plain fields that were bits. */
#include "../step.h"

struct flags { unsigned on : 1, mode : 3; int delta : 5; unsigned char tag; unsigned rest : 20; };
static struct flags flags = { 1, 5, -3, 77, 0xabcde };

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
        printf("%d; %d; %d; %d; %x, %d %d\n", flags.on, flags.mode, flags.delta, flags.tag, flags.rest, mine.on, p->mode);
        if (flags.mode == 7)
            flags.mode = 0;
    }
    return 0;
}
