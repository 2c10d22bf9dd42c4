/* codewrite.c - three ways to write read-only pages, tried in this order:
 *
 *   1. the arena's writable alias: the only way for code of patches;
 *   2. mprotect: text becomes read-write-execute and read-execute again, never read-write alone, because a
 *      hardened system then refuses to make it executable (rule P7); 0.6 ms for 100,000 sites;
 *   3. /proc/self/mem: where mprotect is refused; about 1 us a write, so callers write whole pages. */
#include "codewrite.h"
#include "arena.h"
#include "executable.h"
#include "state.h"
#include <fcntl.h>
#include <sys/mman.h>

/* The protection that a segment has. */
static int protection(const Elf64_Phdr *segment) {
  return (segment->p_flags & PF_R ? PROT_READ : 0) | (segment->p_flags & PF_W ? PROT_WRITE : 0) |
         (segment->p_flags & PF_X ? PROT_EXEC : 0);
}

/* Makes [low, high) writable; it lies in one segment, or in the arena. */
bool ups_writer_open(struct ups_writer *w, uintptr_t low, uintptr_t high) {
  w->low = w->high = 0;
  w->fd = -1;
  if (low >= high || ups_arena_alias(low) || ups_arena_holds_data(low))
    return true;
  uintptr_t start = low & -4096ul, end = (high + 4095) & -4096ul;
  const Elf64_Phdr *segment = ups_executable_segment(low);
  if (segment)
    w->restore = protection(segment);
  else if (ups_arena_holds(low))
    w->restore = PROT_READ | PROT_EXEC;
  else
    return false;
  if (ups_executable_relro(low))
    w->restore = PROT_READ;
  else if (w->restore & PROT_WRITE)
    return true;
  if (ups_sys(SYS_mprotect, start, end - start, w->restore | PROT_WRITE) == 0) {
    w->low = start;
    w->high = end;
    return true;
  }
  w->fd = (int)ups_sys(SYS_open, "/proc/self/mem", O_RDWR | O_CLOEXEC);
  return w->fd >= 0;
}

/* Writes bytes. */
bool ups_writer_put(struct ups_writer *w, uintptr_t address, const void *bytes, size_t size) {
  uint8_t *alias = ups_arena_alias(address);
  if (alias)
    ups_copy(alias, bytes, size);
  else if (w->fd >= 0)
    return ups_sys(SYS_pwrite64, w->fd, bytes, size, address) == (long)size;
  else
    ups_copy((void *)address, bytes, size);
  return true;
}

/* Is each write a system call? */
bool ups_writer_slow(const struct ups_writer *w, uintptr_t address) {
  return w->fd >= 0 && !ups_arena_alias(address);
}

/* Puts the protection back. */
void ups_writer_close(struct ups_writer *w) {
  if (w->high)
    ups_sys(SYS_mprotect, w->low, w->high - w->low, w->restore);
  if (w->fd >= 0)
    ups_sys(SYS_close, w->fd);
  w->low = w->high = 0;
  w->fd = -1;
}
