/* A program that limits its own address space: what the runtime has reserved counts, and must leave room. */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "corpus.h"

#define MEGABYTE ((size_t)1 << 20)

/* Room for one more block, in the limit that is left? */
static int takes(size_t size)
{
    char *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED)
        return 0;
    block[0] = block[size - 1] = 1;
    quiet((long)size);
    return munmap(block, size) == 0;
}

int main(void)
{
    const struct rlimit limit = {200 * MEGABYTE, 200 * MEGABYTE};
    note("limited", setrlimit(RLIMIT_AS, &limit));
    for (size_t size = 1; size <= 64; size *= 4)
        note("takes", takes(size * MEGABYTE));
    note("too much", takes(256 * MEGABYTE));
    return finish();
}
