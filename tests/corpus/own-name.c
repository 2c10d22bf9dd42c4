/* The name of the function, as each spelling has it: it is no restore clone's, and a static variable keeps it. */
#include "corpus.h"

__attribute__((noinline)) static const char *say(const char *text)
{
    note(text, (long)strlen(text));
    return text;
}

__attribute__((noinline)) static void worker(int rounds)
{
    static const char *kept = __func__;
    const char *before = __func__;

    for (int i = 0; i < rounds; i++)
        say(i == 0 ? __func__ : i == 1 ? __FUNCTION__ : __PRETTY_FUNCTION__);
    say(__builtin_FUNCTION());
    say(({ quiet(1); __func__; }));
    note("size", (long)sizeof __func__);
    note("character", __func__[quiet(2)]);
    note("type", _Generic(&__func__, const char (*)[7]: 1, default: 2) + quiet(0));
    say(kept);
    say(before);
}

int main(void)
{
    worker(3);
    say(__func__);
    return finish();
}
