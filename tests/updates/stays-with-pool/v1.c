/* Objects lie in memory that the program manages itself: nobody knows what is there, and no object of the changed type is known. */
#include "../step.h"
#include <stdlib.h>
#include <string.h>

static char pool[1 << 20] __attribute__((aligned(16)));
static size_t used;

void *malloc(size_t size)
{
    void *memory = pool + used;

    used += (size + 31) & ~(size_t)15;
    return memory;
}
void *calloc(size_t count, size_t size) { return malloc(count * size); }
void *realloc(void *memory, size_t size) { return memory ? memcpy(malloc(size), memory, size) : malloc(size); }
void free(void *memory) { (void)memory; }

struct item { int n; struct item *next; };

int main(void)
{
    struct item *item = malloc(sizeof *item);

    item->n = 3;
    for (int i = 0; i < 3; i++) {
        printf("%d\n", item->n++);
        step();
    }
    free(item);
    return 0;
}
