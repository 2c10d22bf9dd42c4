/* A type whose bytes are carried over as they are, in which no pointers are looked for, though it could hold some. */
#include "../step.h"

struct cookie { void *key; union { int i; char *p; } u; };
struct item { struct cookie cookie; int n; };
static struct item item = { { 0, { 5 } }, 1 };
static struct cookie *known = &item.cookie;

int main(void)
{
    item.cookie.key = (char *)&item + 3;
    for (int i = 0; i < 4; i++) {
        item.n++;
        known->u.i++;
        step();
        printf("%d; %d\n", item.n, known->u.i);
    }
    return 0;
}
