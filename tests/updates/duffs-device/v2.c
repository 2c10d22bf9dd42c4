/* A loop that is entered in the middle by a switch goes on in the version whose body is longer, and in the one whose switch is written otherwise. */
#include "../step.h"

static void put(short *to, int value)
{
    *to = (short)value;
    printf("two: %d\n", value);
    step();
}

static short *send(short *to, const short *from, int count)
{
    char text[24];
    int width = 4, rounds = (count + width - 1) / width, last;

    switch (count % 4) {
    case 0: do { put(to++, *from++); /* fall through */
    case 3:      put(to++, *from++); /* fall through */
    case 2:      put(to++, *from++); /* fall through */
    case 1:      put(to++, *from++);
            last = from[-1];
            } while (--rounds > 0 && last < 100 * width);
    }
    snprintf(text, sizeof text, "%d", to[-1]);
    return text[0] ? to : NULL;
}

int main(void)
{
    short from[7] = { 1, 2, 3, 4, 5, 6, 7 }, to[8] = { 0 };

    for (int count = 5; count <= 7; count++) {
        int sum = (int)(send(to, from, count) - to) * 1000;

        for (int i = 0; i < 8; i++)
            sum += to[i];
        printf("sum %d\n", sum);
    }
    return 0;
}
