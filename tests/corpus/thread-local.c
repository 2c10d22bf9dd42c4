/* _Thread_local and __thread variables: global, static, static local, with their address taken. */
#include "corpus.h"

_Thread_local int visible = 5;
static __thread long hidden;
static _Thread_local struct { int a; char text[8]; } record = { 7, "tls" };

static long next(void) { static _Thread_local long n = 40; return quiet(++n); }
static int *where(void) { quiet(1); return &visible; }

int main(void)
{
    int *p = where();

    for (int i = 0; i < 4; i++) {
        hidden += next();
        *where() += (int)quiet(i);
        record.a ^= (int)note("hidden", hidden);
        record.text[i % 3]++;
    }
    note("visible", visible + (p == where()));
    note("record", record.a);
    puts(record.text);
    *p = (int)quiet(6);
    note("through the pointer", visible);
    return finish();
}
