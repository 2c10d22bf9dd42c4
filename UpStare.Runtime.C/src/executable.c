/* executable.c - reads the executable's own program headers through __ehdr_start, which the linker defines.
 * No system call and no libc function is needed, so it works after chroot and in handlers. */
#include "executable.h"
#include "sys.h"

extern const Elf64_Ehdr __ehdr_start __attribute__((weak, visibility("hidden")));

/* A program header by number, or 0. */
const Elf64_Phdr *ups_executable_header(unsigned i) {
  const Elf64_Ehdr *header = &__ehdr_start;
  __asm__("" : "+r"(header)); /* a weak symbol may be 0, whatever gcc thinks of objects */
  if (!header || i >= header->e_phnum)
    return 0;
  return (const Elf64_Phdr *)((const char *)header + header->e_phoff) + i;
}

/* Runtime address minus link-time address. */
uintptr_t ups_executable_bias(void) {
  const Elf64_Phdr *p;
  for (unsigned i = 0; (p = ups_executable_header(i)); i++)
    if (p->p_type == PT_LOAD && p->p_offset == 0)
      return (uintptr_t)&__ehdr_start - p->p_vaddr;
  return 0;
}

/* Is it position independent? */
bool ups_executable_pie(void) { return ups_executable_header(0) && __ehdr_start.e_type == ET_DYN; }

/* The address range of all its segments. */
void ups_executable_range(uintptr_t *low, uintptr_t *high) {
  const Elf64_Phdr *p;
  *low = UINTPTR_MAX;
  *high = 0;
  for (unsigned i = 0; (p = ups_executable_header(i)); i++)
    if (p->p_type == PT_LOAD) {
      uintptr_t at = ups_executable_bias() + p->p_vaddr;
      if (at < *low)
        *low = at;
      if (at + p->p_memsz > *high)
        *high = at + p->p_memsz;
    }
}

/* The header of one type that covers an address, or 0. */
static const Elf64_Phdr *covering(uint32_t type, uintptr_t address) {
  const Elf64_Phdr *p;
  uintptr_t at = address - ups_executable_bias();
  for (unsigned i = 0; (p = ups_executable_header(i)); i++)
    if (p->p_type == type && at >= p->p_vaddr && at - p->p_vaddr < p->p_memsz)
      return p;
  return 0;
}

/* The segment that holds an address, or 0. */
const Elf64_Phdr *ups_executable_segment(uintptr_t address) { return covering(PT_LOAD, address); }

/* Is the address in the part that the loader made read-only? */
bool ups_executable_relro(uintptr_t address) { return covering(PT_GNU_RELRO, address) != 0; }

/* Copies the build-id; returns its length. */
uint32_t ups_executable_id(uint8_t *id, uint32_t room) {
  const Elf64_Phdr *p;
  for (unsigned i = 0; (p = ups_executable_header(i)); i++) {
    if (p->p_type != PT_NOTE)
      continue;
    const char *at = (const char *)(ups_executable_bias() + p->p_vaddr);
    const char *end = at + p->p_filesz;
    uint64_t align = p->p_align == 8 ? 7 : 3;
    while (at + sizeof(Elf64_Nhdr) <= end) {
      const Elf64_Nhdr *note = (const Elf64_Nhdr *)at;
      const char *name = at + sizeof *note;
      const char *value = name + ((note->n_namesz + align) & ~align);
      if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && ups_same(name, "GNU", 4)) {
        uint32_t size = note->n_descsz < room ? note->n_descsz : room;
        ups_copy(id, value, size);
        return size;
      }
      at = value + ((note->n_descsz + align) & ~align);
    }
  }
  return 0;
}

/* Its dynamic section, or 0 in a static executable. */
const Elf64_Dyn *ups_executable_dynamic(void) {
  const Elf64_Phdr *p;
  for (unsigned i = 0; (p = ups_executable_header(i)); i++)
    if (p->p_type == PT_DYNAMIC)
      return (const Elf64_Dyn *)(ups_executable_bias() + p->p_vaddr);
  return 0;
}
