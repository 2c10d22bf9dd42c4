/* Functions that gcc knows without a declaration: their results are what the library says, not int. */
/* flags: -std=gnu90 -w */
#include "corpus.h"
#undef alloca

long use(char *text, double real)
{
    char *copy = strcpy(alloca(strlen(text) + 1), text);
    char *heap = malloc(quiet(20L));
    long result;

    strcpy(heap, copy);
    note("length", (long)strlen(heap));
    result = note(strchr(heap, 'l'), (long)fabs(quiet_real(real)) + labs(quiet(-3000000000L)));
    free(heap);
    return result;
}

int main()
{
    note("use", use("hello", 2.5));
    note("again", use("dull", -2.5));
    return finish();
}
