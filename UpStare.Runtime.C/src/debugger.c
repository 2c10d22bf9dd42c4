/* debugger.c - registers a patch's .eh_frame with the unwinder, if the process has one, and its symbols with
 * debuggers through gdb's JIT interface (whose names and layout are fixed by gdb).
 *
 * Runs as a plain function of the program at a known point, so the unwinder may allocate.  The unwinder is looked
 * up, not linked: a C program usually has none. */
#include "debugger.h"
#include "patch.h"
#include "symbols.h"
#include <elf.h>

struct ups_jit_entry {
  struct ups_jit_entry *next, *previous;
  const char *symfile;
  uint64_t size;
};
struct jit_descriptor {
  uint32_t version, action;
  struct ups_jit_entry *relevant, *first;
};
/* Weak: a program with a just-in-time compiler has its own. */
__attribute__((weak)) struct jit_descriptor __jit_debug_descriptor = {.version = 1};
/* gdb has a breakpoint here. */
__attribute__((weak, noinline)) void __jit_debug_register_code(void) { __asm__ volatile("" ::: "memory"); }

/* Writes the place of .text into the symbol file; false: it is not what it should be. */
static bool place_text(uint8_t *file, size_t size, uintptr_t text) {
  Elf64_Ehdr *e = (Elf64_Ehdr *)file;
  if (size < sizeof *e || !ups_same(e->e_ident, ELFMAG, SELFMAG) || e->e_shentsize != sizeof(Elf64_Shdr) || e->e_shoff % 8 ||
      e->e_shoff > size || (size - e->e_shoff) / sizeof(Elf64_Shdr) < e->e_shnum || e->e_shstrndx >= e->e_shnum)
    return false;
  Elf64_Shdr *s = (Elf64_Shdr *)(file + e->e_shoff);
  const Elf64_Shdr *names = &s[e->e_shstrndx];
  if (names->sh_offset > size || names->sh_size > size - names->sh_offset)
    return false;
  for (unsigned i = 0; i < e->e_shnum; i++)
    if (s[i].sh_name + 6ul <= names->sh_size && ups_same(file + names->sh_offset + s[i].sh_name, ".text", 6)) {
      s[i].sh_addr = text;
      return true;
    }
  return false;
}

/* Tells debuggers. */
static void register_symbols(struct ups_patch *patch) {
  const struct upstare_patch *p = patch->blob;
  uint8_t *file = (uint8_t *)p + p->symfile.offset;
  if (!p->symfile.count || !place_text(file, p->symfile.count, patch->text))
    return;
  struct ups_jit_entry *entry = ups_memory(sizeof *entry);
  if (!entry)
    return;
  *entry = (struct ups_jit_entry){.next = __jit_debug_descriptor.first, .symfile = (const char *)file, .size = p->symfile.count};
  if (entry->next)
    entry->next->previous = entry;
  __jit_debug_descriptor.first = __jit_debug_descriptor.relevant = entry;
  __jit_debug_descriptor.action = 1; /* registered */
  patch->jit = entry;
  __jit_debug_register_code();
}

/* Registers once. */
void ups_debugger_register(struct ups_patch *patch) {
  uintptr_t register_frame;
  if (patch->registered)
    return;
  patch->registered = true;
  if (patch->blob->eh_frame != UPSTARE_NONE && ups_symbol("__register_frame", false, &register_frame) == UPS_FOUND)
    ((void (*)(const void *))register_frame)((const void *)(patch->text + patch->blob->eh_frame));
  register_symbols(patch);
}
