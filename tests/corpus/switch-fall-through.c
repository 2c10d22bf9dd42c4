/* switch: fall-through, default in the middle, case ranges, nested switches, calls in the controlling expression. */
#include "corpus.h"

enum colour { RED, GREEN = 5, BLUE };

static long classify(int n)
{
    long result = 0;

    switch (quiet(n) + note("classify", n) * 0) {
    case 0:
        result += note("zero", 1);
        /* fall through */
    case 1:
        result += note("one", 2);
        break;
    default:
        result += note("other", 4);
        /* fall through */
    case 10 ... 19:
        result += note("teen", 8);
        break;
    case 2: {
        int local = (int)note("block", 5);
        result += local;
    }   /* fall through */
    case 3:
        for (int i = 0; i < 3; i++) {
            if (quiet(i) == 1)
                continue;
            result += note("loop in a case", i);
            if (n == 3)
                break;
        }
        switch (n) {
        case 2: result += note("inner two", 100); break;
        case 3: result += note("inner three", 200);
        }
        return note("return", result);
    case -1:;
    }
    return result;
}

static const char *name(enum colour c)
{
    switch (c) {
    case RED: return quiet(1) ? "red" : "?";
    case GREEN: return quiet(2) ? "green" : "?";
    case BLUE: break;
    }
    return "blue";
}

int main(void)
{
    static const int inputs[] = { 0, 1, 2, 3, 9, 10, 15, 19, 20, -1 };

    for (unsigned i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        note("class", classify(inputs[i]));
    printf("%s %s %s\n", name(RED), name(GREEN), name(BLUE));
    switch (note("only default", 3))
    default:
        note("reached", 1);
    while (quiet(1)) {
        switch (quiet(2)) {
        case 2: goto out;
        }
    }
out:
    switch (0x7fffffffffffL + quiet(1)) {
    case 0x800000000000L: note("long", 1);
    }
    return finish();
}
