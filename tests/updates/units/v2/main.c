/* Two units, each with its own static names; one is renamed and split in the new version. */
#include "../../step.h"

int next(void);
const char *mark(int n);
int limit = 6;
static int count = 50;
static void show(const char *text) { int now = count++; printf("main %d %s%s\n", now, text, mark(now)); step(); }

int main(void)
{
    for (int i = next(); i <= limit; i = next())
        show(i % 2 ? "odd" : "even");
    return 0;
}
