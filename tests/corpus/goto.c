/* goto: backwards, forwards, out of nested loops, into loops and blocks, over declarations. */
#include "corpus.h"

static long into_loop(int n)
{
    long sum = 0;
    int i = 1;

    if (n > 2)
        goto middle;
    for (i = 0; i < 4; i++) {
        sum += note("top", i);
middle:
        sum += note("middle", i);
        if (sum > 9)
            goto out;
    }
out:
    return sum;
}

static long search(int wanted)
{
    int i, k;

    for (i = 0; i < 5; i++)
        for (k = 0; k < 5; k++)
            if (quiet(i) * quiet(k) == wanted)
                goto found;
    return note("not found", wanted);
found:
    return note("found", i * 10 + k);
}

static long into_block(int n)
{
    long result = 1;

    if (n)
        goto inside;
    {
        int local;
        result = note("before", 2);
inside:
        local = (int)quiet(n + 3);
        result += local;
    }
    while (result < 20) {
        if (0) {
hop:
            result += note("hop", 5);
        }
        result += quiet(6);
    }
    if (n-- > 1)
        goto hop;
    return result;
}

static long machine(const char *text)
{
    long vowels = 0, words = 0;

start:
    switch (*text) {
    case 0: goto end;
    case ' ': goto space;
    case 'a': case 'e': case 'i': case 'o': case 'u': goto vowel;
    }
    text++;
    goto start;
vowel:
    vowels += quiet(1);
    text++;
    goto start;
space:
    words += note("word", words + 1);
    text++;
    goto start;
end:
    return vowels * 100 + words;
}

int main(void)
{
    for (int i = 1; i < 5; i++)
        note("into a loop", into_loop(i));
    note("search", search(12) + search(17));
    for (int i = 0; i < 4; i++)
        note("into a block", into_block(i));
    note("machine", machine("the quick brown fox"));
    return finish();
}
