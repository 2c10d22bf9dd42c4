/* heap_watch.c - memory that libraries give back is forgotten as well.
 *
 * A library may free what the program allocated, and whoever gets that memory next may be a library, too: an entry that
 * outlives its object would let an update move memory in other hands.  So `free` and `realloc` of the process are these,
 * which lie in front of those of libc (or of another allocator).  They are linked only into programs that remember
 * allocations: such units refer to __upstare_heap_watch.  Weak: a program's own `free` goes first, and nobody is watched. */
#include "heap.h"
#include "symbols.h"

const char __upstare_heap_watch = 0;

static struct ups_giving_back next;

/* Finds those behind ours; nothing is allocated for it. */
static void find_next(void) {
  next.realloc = (void *(*)(void *, size_t))ups_symbol_of_libraries("realloc", false);
  next.free = (void (*)(void *))ups_symbol_of_libraries("free", false);
}

/* The garbage collection of sections must not take what only libraries call. */
__attribute__((retain, used)) static void watched_free(void *memory) {
  if (!next.free)
    find_next();
  ups_heap_forget(memory);
  if (next.free)
    next.free(memory);
}

/* What a library makes of memory nobody knows: it is not remembered again. */
__attribute__((retain, used)) static void *watched_realloc(void *memory, size_t size) {
  if (!next.free)
    find_next();
  ups_heap_forget(memory);
  return next.realloc ? next.realloc(memory, size) : 0;
}

void free(void *) __attribute__((weak, visibility("default"), alias("watched_free")));
void *realloc(void *, size_t) __attribute__((weak, visibility("default"), alias("watched_realloc")));

/* Are libraries led here? */
bool ups_heap_watch(struct ups_giving_back *behind) {
  find_next();
  bool ours = ups_symbol_of_libraries("free", true) == (uintptr_t)watched_free && ups_symbol_of_libraries("realloc", true) == (uintptr_t)watched_realloc;
  if (!ours || !next.free || !next.realloc)
    return false;
  *behind = next;
  return true;
}
