/* memory.c - the runtime's own memory: mappings, never malloc, which may be interrupted half-way. */
#include "state.h"
#include <sys/mman.h>

/* Anonymous zeroed memory, or 0; pages that are never touched cost nothing. */
void *ups_memory(size_t size) {
  long p = ups_sys(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p < 0 && p > -4096)
    return 0;
  if (size >= 4u << 20) /* what is that large is used from end to end: one page fault in 512 */
    ups_sys(SYS_madvise, p, size, MADV_HUGEPAGE);
  return (void *)p;
}

/* Gives memory back. */
void ups_memory_free(void *memory, size_t size) {
  if (memory)
    ups_sys(SYS_munmap, memory, size);
}

/* Grows a buffer whose contents are not needed any more. */
bool ups_memory_grow(uint8_t **buffer, size_t *have, size_t size) {
  if (size <= *have)
    return true;
  size_t rounded = (size + size / 2 + 65535) & ~(size_t)65535;
  void *fresh = ups_memory(rounded);
  if (!fresh)
    return false;
  ups_memory_free(*buffer, *have);
  *buffer = fresh;
  *have = rounded;
  return true;
}
