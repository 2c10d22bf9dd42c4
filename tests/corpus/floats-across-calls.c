/* Floating-point values that are live over calls, in loops, as arguments beside integers, in expressions. */
/* flags: -lm */
#include <math.h>
#include "corpus.h"

static double f(double x) { quiet((long)x); return x * 1.5 + 0.25; }
static float g(float x, int n, double y) { quiet(n); return x * (float)n + (float)y; }

int main(void)
{
    double a = 1.25, b = 2.5, c = 3.75, sum = 0;
    float s = 0.5f, t = 1.5f;

    for (int i = 0; i < 10; i++) {
        double d = f(a) + b;
        sum += d * c;
        s = g(s, i, d) - t;
        a = b, b = c, c = f(d) / (i + 1);
        if (sum > 1e6)
            sum = sqrt(sum) + f(sum);
    }
    note_real("sum", sum);
    note_real("s", s);
    note_real("a", a), note_real("b", b), note_real("c", c);
    note_real("nested", f(f(f(a) + f(b)) * f(c)));
    note("as integer", (long)(f(100) * f(3)));
    note_real("special", -0.0 * (double)quiet(1));
    note("nan", isnan(quiet_real(1) * NAN) + isinf(f(1) * INFINITY) * 2);
    double matrix[3][3] = { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 10 } }, product[3][3] = { { 0 } };
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            for (int m = 0; m < 3; m++)
                product[i][k] += f(matrix[i][m]) * matrix[m][k];
    note_real("product", product[0][0] + product[1][2] * product[2][1]);
    return finish();
}
