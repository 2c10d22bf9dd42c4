/* How the C libraries in the process of upstare-cc are used, said before anything else runs.

   In:  nothing.  Out: nothing but settings of libc and libclang.

   One arena serves all threads, and it grows by a megabyte: the arena of a thread other than the first would grow by a page at a time,
   each with a system call.  What libclang lets go of is wanted again by the next unit, or the process ends.  libclang needs no threads
   of its own for parsing: it is called on threads with large stacks. */
#include <limits.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGE ((uintptr_t)2 << 20)
#define AHEAD ((uintptr_t)8 << 20)

__attribute__((constructor)) static void set_up(void)
{
    uintptr_t start;

    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TOP_PAD, AHEAD);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    mallopt(M_MMAP_THRESHOLD, 32 << 20); /* else each block of 128 KB and more would be mapped and unmapped */
    setenv("LIBCLANG_NOTHREADS", "1", 1);
    start = ((uintptr_t)malloc(1) + LARGE - 1) & -LARGE;
    madvise((void *)start, ((uintptr_t)sbrk(0) & -LARGE) - start, MADV_HUGEPAGE);
}
