/* Values that gcc likes to keep in odd forms: induction variables, strength-reduced pointers, unrolled and rotated loops. */
#include "corpus.h"

struct cell { int value; short weight; char name[6]; };

static long sweep(const struct cell *cells, int n, int stride)
{
    long sum = 0, last = 0;

    for (int i = 0; i < n; i += stride) {
        sum += cells[i].value * (i + 1) + quiet(cells[i].weight);
        last = sum - last;
        for (int k = i, m = n; k < m; k += 3, m--)
            sum ^= quiet(cells[k].value) + (long)k * m;
    }
    return sum + last;
}

static unsigned crc(const unsigned char *p, int n)
{
    unsigned c = ~0u;

    while (n-- > 0) {
        c ^= *p++;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
        if (n % 16 == 0)
            quiet(c & 0xff);
    }
    return ~c;
}

int main(void)
{
    struct cell cells[20];
    unsigned char bytes[64];
    unsigned char wrap = 250;
    unsigned long big = 1;

    for (int i = 0; i < 20; i++)
        cells[i] = (struct cell) { i * 3, (short)(20 - i), "cell" };
    for (int s = 1; s < 5; s++)
        note("sweep", sweep(cells, 20, s));
    for (int i = 0; i < 64; i++)
        bytes[i] = (unsigned char)(i * 5);
    note("crc", crc(bytes, 64));
    while (++wrap != 3)
        big = big * 3 + (unsigned long)quiet(wrap);
    note("big", (long)(big % 1000007));
    for (short i = 32760; i > 0 && i < 32766; i++)
        note("short", i + quiet(0));
    return finish();
}
