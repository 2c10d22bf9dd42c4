/* A variable becomes a pointer to something else. */
#include "../step.h"

struct a { int n; };
struct b { int n; };
static struct b one_b;
static struct b *p = &one_b;

int main(void)
{
    for (int i = 0; i < 3; i++) {
        printf("%d\n", p->n++);
        step();
    }
    return 0;
}
