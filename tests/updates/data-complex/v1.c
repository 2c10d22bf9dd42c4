/* Complex numbers are numbers like the rest: wider ones are converted by themselves, a real one becomes a real part, narrower ones by the map. */
#include "../step.h"
#include <complex.h>

struct wave { char mark; float _Complex now; double _Complex sum[2]; float real; };
static struct wave wave = { 'a', 1 + 2 * I, { 3, 4 * I }, 0.5f };
static float _Complex turn = I;
static float _Complex *current = &wave.now;

int main(void)
{
    struct wave *p = &wave;
    float _Complex local = 2 + I;

    for (int i = 0; i < 6; i++) {
        step();
        *current *= turn;
        p->sum[i % 2] += *current;
        p->real += 0.5f;
        local += p->real;
        printf("%c (%g,%g) (%g,%g) (%g,%g) %g %g\n", p->mark, (double)creal(wave.now), (double)cimag(wave.now), (double)creal(wave.sum[0]), (double)cimag(wave.sum[0]),
               (double)creal(wave.sum[1]), (double)cimag(wave.sum[1]), (double)creal(p->real), (double)creal(local));
    }
    return 0;
}
