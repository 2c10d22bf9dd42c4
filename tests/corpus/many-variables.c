/* Forty integers and fourteen doubles that are all live at one point, and a few escaped ones among them. */
#include "corpus.h"

static void touch(int *a, double *b) { *a += (int)quiet(*a); *b += 0.5; }

static double many(long seed)
{
    long v0 = seed * 3 + 0, v1 = seed * 4 + 1, v2 = seed * 5 + 2, v3 = seed * 6 + 3, v4 = seed * 7 + 4;
    long v5 = seed * 8 + 5, v6 = seed * 9 + 6, v7 = seed * 10 + 7, v8 = seed * 11 + 8, v9 = seed * 12 + 9;
    long v10 = seed * 13 + 10, v11 = seed * 14 + 11, v12 = seed * 15 + 12, v13 = seed * 16 + 13, v14 = seed * 17 + 14;
    long v15 = seed * 18 + 15, v16 = seed * 19 + 16, v17 = seed * 20 + 17, v18 = seed * 21 + 18, v19 = seed * 22 + 19;
    long v20 = seed * 23 + 20, v21 = seed * 24 + 21, v22 = seed * 25 + 22, v23 = seed * 26 + 23, v24 = seed * 27 + 24;
    long v25 = seed * 28 + 25, v26 = seed * 29 + 26, v27 = seed * 30 + 27, v28 = seed * 31 + 28, v29 = seed * 32 + 29;
    long v30 = seed * 33 + 30, v31 = seed * 34 + 31, v32 = seed * 35 + 32, v33 = seed * 36 + 33, v34 = seed * 37 + 34;
    long v35 = seed * 38 + 35, v36 = seed * 39 + 36, v37 = seed * 40 + 37, v38 = seed * 41 + 38, v39 = seed * 42 + 39;
    double d0 = (double)seed / 2, d1 = (double)seed / 3, d2 = (double)seed / 4, d3 = (double)seed / 5, d4 = (double)seed / 6, d5 = (double)seed / 7, d6 = (double)seed / 8;
    double d7 = (double)seed / 9, d8 = (double)seed / 10, d9 = (double)seed / 11, d10 = (double)seed / 12, d11 = (double)seed / 13, d12 = (double)seed / 14, d13 = (double)seed / 15;
    int e0 = 5, e1 = 6;
    double x0 = 1.5;
    char c = 'c';
    short h = 300;
    _Bool yes = seed > 2;

    for (int round = 0; round < 4; round++) {
        touch(&e0, &x0);
        touch(&e1, &x0);
        quiet(round);
        v0 += v1 ^ round; v2 += v15 ^ round; v4 += v29 ^ round; v6 += v3 ^ round;
        v8 += v17 ^ round; v10 += v31 ^ round; v12 += v5 ^ round; v14 += v19 ^ round;
        v16 += v33 ^ round; v18 += v7 ^ round; v20 += v21 ^ round; v22 += v35 ^ round;
        v24 += v9 ^ round; v26 += v23 ^ round; v28 += v37 ^ round; v30 += v11 ^ round;
        v32 += v25 ^ round; v34 += v39 ^ round; v36 += v13 ^ round; v38 += v27 ^ round;
        d0 += d3; d2 += d13; d4 += d9; d6 += d5;
        d7 += d10; d9 += d6; d11 += d2; d13 += d12;
        c++, h = (short)(h - round), yes = !yes;
        note("round", round);
    }
    long sum = c + h + yes + e0 + e1;
    sum = sum * 3 + v0 * 1 + v1 * 2 + v2 * 3 + v3 * 4 + v4 * 5 + v5 * 1 + v6 * 2 + v7 * 3;
    sum = sum * 3 + v8 * 4 + v9 * 5 + v10 * 1 + v11 * 2 + v12 * 3 + v13 * 4 + v14 * 5 + v15 * 1;
    sum = sum * 3 + v16 * 2 + v17 * 3 + v18 * 4 + v19 * 5 + v20 * 1 + v21 * 2 + v22 * 3 + v23 * 4;
    sum = sum * 3 + v24 * 5 + v25 * 1 + v26 * 2 + v27 * 3 + v28 * 4 + v29 * 5 + v30 * 1 + v31 * 2;
    sum = sum * 3 + v32 * 3 + v33 * 4 + v34 * 5 + v35 * 1 + v36 * 2 + v37 * 3 + v38 * 4 + v39 * 5;
    note("sum", sum % 1000003);
    return x0 + d0 * 1 + d1 * 2 + d2 * 3 + d3 * 4 + d4 * 5 + d5 * 6 + d6 * 7 + d7 * 8 + d8 * 9 + d9 * 10 + d10 * 11 + d11 * 12 + d12 * 13 + d13 * 14;
}

int main(void)
{
    note_real("many", many(2));
    note_real("many", many(3));
    return finish();
}
