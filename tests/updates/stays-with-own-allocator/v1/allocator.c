/* A program that has an allocator of its own: what libraries give back is not seen, so nobody can be sure of what is on the heap. */
#include <stddef.h>
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
