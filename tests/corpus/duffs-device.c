/* Duff's device: a loop whose body is entered in the middle by a switch. */
#include "corpus.h"

static void send(short *to, const short *from, int count)
{
    int rounds = (count + 7) / 8;

    switch (count % 8) {
    case 0: do { *to++ = (short)quiet(*from++);  /* fall through */
    case 7:      *to++ = (short)quiet(*from++);  /* fall through */
    case 6:      *to++ = (short)quiet(*from++);  /* fall through */
    case 5:      *to++ = (short)quiet(*from++);  /* fall through */
    case 4:      *to++ = (short)quiet(*from++);  /* fall through */
    case 3:      *to++ = (short)quiet(*from++);  /* fall through */
    case 2:      *to++ = (short)quiet(*from++);  /* fall through */
    case 1:      *to++ = (short)quiet(*from++);
            } while (--rounds > 0);
    }
}

int main(void)
{
    short from[24], to[24];

    for (int i = 0; i < 24; i++)
        from[i] = (short)(i * i + 1);
    for (int count = 1; count <= 20; count += 3) {
        memset(to, 0, sizeof to);
        send(to, from, count);
        long sum = 0;
        for (int i = 0; i < 24; i++)
            sum += to[i];
        note("sum", sum);
    }
    return finish();
}
