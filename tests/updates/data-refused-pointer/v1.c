/* A variable becomes a pointer to something else. */
#include "../step.h"

struct a { int n; };
struct b { int n; };
static struct a one;
static struct a *p = &one;

int main(void)
{
    for (int i = 0; i < 3; i++) {
        printf("%d\n", p->n++);
        step();
    }
    return 0;
}
