/* Recursion: Ackermann, mutual recursion, Hanoi, permutations, tree walks. */
#include "corpus.h"

static int ackermann(int m, int n)
{
    quiet(n);
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static int odd(unsigned n);
static int even(unsigned n) { return n == 0 ? (int)note("even", 1) : odd(n - 1); }
static int odd(unsigned n) { return n == 0 ? (int)note("odd", 0) : even(n - 1); }

static int hanoi(int n, char from, char to, char via)
{
    if (n == 0)
        return 0;
    int moves = hanoi(n - 1, from, via, to);
    printf("%c%c ", from, to);
    return moves + 1 + hanoi(n - 1, via, to, from);
}

static long permute(char *text, int at)
{
    long sum = 0;

    if (text[at] == 0) {
        quiet(text[0]);
        return text[0] * 2 + text[1];
    }
    for (int i = at; text[i]; i++) {
        char c = text[at];
        text[at] = text[i], text[i] = c;
        sum = sum * 3 + permute(text, at + 1);
        c = text[at];
        text[at] = text[i], text[i] = c;
    }
    return sum;
}

static long fib(int n) { return n < 2 ? quiet(n) : fib(n - 1) + fib(n - 2); }

int main(void)
{
    char text[] = "abcd";

    note("ackermann", ackermann(2, 2));
    note("even", even(25));
    note("hanoi", hanoi(4, 'a', 'c', 'b'));
    note("permutations", permute(text, 0));
    note("fib", fib(12));
    return finish();
}
