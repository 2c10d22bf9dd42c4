/* Comma, assignment as a value, compound assignment and ++ around calls. */
#include "corpus.h"

static long bump(long *p) { return quiet(++*p); }

/* Commas that need no parentheses where they stand: between ? and :, in a subscript, at the end of a statement
 * expression. */
static long bare_commas(long n)
{
    unsigned char bytes[4] = { 0 };
    long header = 1, list[3] = { 10, 20, 30 }, i = 0;

    header += (unsigned char)(n < 128 ? (bytes[header] = (unsigned char)n), 1 : quiet(n));
    header += n < 5 ? i = n, i + 1 : note("not small", n);
    header += n > 5 ? note("large", n) : (i = 1, i = 2), 2;
    header += list[i = 1, i + 1] + note("after a subscript", 3);
    header += __extension__ ({ quiet(n); i = 7, i + n; });
    header += n == 3 ? quiet(1), 4 : (quiet(2), 5);
    return header * 1000 + bytes[1] + i;
}

int main(void)
{
    long a = 1, b = 2, c = 3, i = 0;
    unsigned char small = 250;
    float f = 1.5f;
    long table[6] = { 0, 10, 20, 30, 40, 50 };
    long *p = table;

    a = (note("first", 1), note("second", 2), note("third", 3));
    note("comma", a);
    a = b = c = note("chained", 5);
    note("sum", a + b + c);
    a += note("add", 10) * 2;
    b -= c += note("both", 4);
    note("a", a), note("b", b), note("c", c);
    small += (unsigned char)note("wraps", 10);
    note("small", small);
    f *= (float)note("times", 3);
    note_real("f", f);
    a <<= quiet(2); a |= quiet(1); a ^= quiet(3); a %= quiet(1000); a /= quiet(2); a &= ~quiet(4); a >>= quiet(1);
    note("operators", a);
    note("postfix", table[i++] + i * 0);
    note("i", i);
    *p++ = note("through", 7);
    *p++ += note("through again", 8);
    note("moved", p - table);
    *++p -= note("prefix", 1);
    for (int k = 0; k < 6; k++)
        note("table", table[k]);
    table[note("index", 4)] *= 2;
    note("table[4]", table[4]);
    note("side effect in a callee", bump(&i) + 0);
    note("i", i);
    i = i + bump(&c) * 0 + 1;
    note("i", i);
    for (long n = 3; n < 300; n *= 9)
        note("bare commas", bare_commas(n));
    return finish();
}
