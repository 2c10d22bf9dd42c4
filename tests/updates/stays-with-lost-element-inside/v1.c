/* A pointer to an element that a shorter array in a struct does not have: it is neither its end nor what follows. */
#include "../step.h"

struct page { int table[6], next; };
static struct page page = { { 1, 2, 3, 4, 5, 6 }, 7 };
static int *cursor = &page.table[4];

int main(void)
{
    puts("begins");
    for (int i = 0; i < 3; i++) {
        step();
        printf("%d %d\n", ++*cursor, page.next);
    }
    return 0;
}
