/* The map says which variables keep what they hold and which begin anew, whatever the program has made of them. */
#include "../step.h"

static int limit = 30;
static long count = 500;
static const char *words[2] = { "uno", "due" };
static const char **word = words + 1;
static int *where = &limit;

int main(void)
{
    limit = 10;
    for (int i = 0; i < 4; i++) {
        step();
        count++;
        printf("%d: %d %s\n", *where, count > 100, *word);
    }
    return 0;
}
