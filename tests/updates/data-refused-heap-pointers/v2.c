/* Objects on the heap hold pointers to a type that changed, and nothing remembers where they are. */
#include "../step.h"
#include <stdlib.h>

struct item { long spare; int n; };
struct list { struct list *next; struct item *item; };
static struct item items[3];

int main(void)
{
    struct list *list = 0;

    for (int i = 0; i < 3; i++) {
        struct list *l = malloc(sizeof *l);

        l->next = list;
        l->item = &items[i];
        list = l;
        step();
        printf("%d\n", list->item->n);
    }
    return 0;
}
