/* The map says which variables keep what they hold and which begin anew, whatever the program has made of them. */
#include "../step.h"

static int limit = 40;
static long count = 0;
static const char *words[3] = { "un", "deux", "trois" };
static const char **word = words + 1;
static int *where = &limit;

int main(void)
{
    count = 500;
    for (int i = 0; i < 4; i++) {
        step();
        count++;
        printf("%d; %d %s\n", *where, count > 500, *word);
    }
    return 0;
}
