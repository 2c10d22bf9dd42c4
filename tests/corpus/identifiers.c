/* Names with letters beyond ASCII, with dollars, and spelled with escapes. */
#include "corpus.h"

static long größe = 3;
long привет(long ширина)
{
    long \u00e9t\u00e9 = quiet(ширина), été$2 = größe++;

    été$2 += note("été", \u00e9té);
    {
        long ширина = quiet(5);
        été$2 += ширина * note("inner", ширина);
    }
    return été$2 + ширина;
}

int main(void)
{
    note("hello", привет(4));
    note("size", größe);
    return finish();
}
