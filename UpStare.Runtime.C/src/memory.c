/* memory.c - the runtime's own memory: mappings, never malloc, which may be interrupted half-way. */
#include "state.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/resource.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x8u
#define MFD_EXEC 0x10u
#endif
#define PAGE ((uintptr_t)4096)

/* Anonymous zeroed memory, or 0; pages that are never touched cost nothing. */
void *ups_memory(size_t size) {
  long p = ups_sys(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p < 0 && p > -4096)
    return 0;
  if (size >= 4u << 20) /* what is that large is used from end to end: one page fault in 512 */
    ups_sys(SYS_madvise, p, size, MADV_HUGEPAGE);
  return (void *)p;
}

/* RLIMIT_FSIZE holds for memory files, too. */
uint64_t ups_file_limit(void) {
  struct rlimit64 limit;
  return ups_sys(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, &limit) < 0 ? UINT64_MAX : limit.rlim_cur;
}

bool ups_may_write(size_t size) { return ups_file_limit() >= size; }

/* A kernel that does not know the word for executable has no other files. */
int ups_memory_file(size_t size, bool is_executable) {
  if (!ups_may_write(size))
    return -1;
  long fd = ups_sys(SYS_memfd_create, "upstare", MFD_CLOEXEC | MFD_ALLOW_SEALING | (is_executable ? MFD_EXEC : MFD_NOEXEC_SEAL));
  if (fd == -EINVAL)
    fd = ups_sys(SYS_memfd_create, "upstare", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd >= 0 && ups_sys(SYS_ftruncate, fd, size) < 0) {
    ups_sys(SYS_close, fd);
    return -1;
  }
  return (int)fd;
}

void ups_memory_file_seal(int file, int writing) { ups_sys(SYS_fcntl, file, F_ADD_SEALS, writing | F_SEAL_SHRINK | F_SEAL_GROW); }

bool ups_memory_make_writable(const void *memory, size_t size) {
  uintptr_t from = (uintptr_t)memory & -PAGE, to = ((uintptr_t)memory + size + PAGE - 1) & -PAGE;
  return ups_sys(SYS_mprotect, from, to - from, PROT_READ | PROT_WRITE) == 0;
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
