/* String literals: concatenated, wide, in arrays, modified copies; const data of every kind. */
#include <wchar.h>
#include "corpus.h"

static const char *const words[] = { "alpha", "be" "ta", "gamma\n", "d\0elta" };
static const char table[3][8] = { "one", "two", "three" };
static char writable[] = "writable";

static const char *pick(int i) { return words[quiet(i) % 4]; }

static char *upper(char *text)
{
    for (char *p = text; *p; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A' + quiet(0));
    return text;
}

int main(void)
{
    char local[] = "local " "text", *p = local;
    const wchar_t *wide = L"wide\u00e9";
    const char *function = __func__;

    for (int i = 0; i < 4; i++)
        note(pick(i), (long)strlen(pick(i)));
    for (int i = 0; i < 3; i++)
        note(table[i], quiet(table[i][1]));
    puts(upper(writable));
    puts(upper(p));
    note("wide", (long)wcslen(wide) + wide[4]);
    note(function, (long)sizeof "literal");
    note("in an expression", "0123456789"[quiet(7)]);
    note("same", pick(0) == words[0]);
    while (*p && quiet(*p) != ' ')
        p++;
    note(p, p - local);
    return finish();
}
