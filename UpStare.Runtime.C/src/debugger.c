/* debugger.c - registers a patch's .eh_frame with the unwinder, if the process has one, and its symbols with
 * debuggers through gdb's JIT interface (whose names and layout are fixed by gdb), and with UPSTARE_PERF_MAP=1 with perf.
 *
 * Runs as a plain function of the program at a known point.  The unwinder is looked up, not linked: a C program usually
 * has none. */
#include "debugger.h"
#include "patch.h"
#include "state.h"
#include "symbols.h"
#include "text.h"
#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>

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

/* The section headers of the symbol file; 0: it is not what it should be. */
static Elf64_Shdr *sections(uint8_t *file, size_t size) {
  Elf64_Ehdr *e = (Elf64_Ehdr *)file;
  if (size < sizeof *e || !ups_same(e->e_ident, ELFMAG, SELFMAG) || e->e_shentsize != sizeof(Elf64_Shdr) || e->e_shoff % 8 ||
      e->e_shoff > size || (size - e->e_shoff) / sizeof(Elf64_Shdr) < e->e_shnum)
    return 0;
  return (Elf64_Shdr *)(file + e->e_shoff);
}

/* Writes the places of .text and .eh_frame into the symbol file, which has their offsets in text. */
static bool place_text(uint8_t *file, size_t size, uintptr_t text) {
  Elf64_Shdr *s = sections(file, size);
  unsigned count = s ? ((Elf64_Ehdr *)file)->e_shnum : 0;
  if (!s || !ups_memory_make_writable(s, count * sizeof *s))
    return false;
  for (unsigned i = 0; i < count; i++)
    if (s[i].sh_flags & SHF_ALLOC)
      s[i].sh_addr += text;
  return true;
}

/* Appends sixteen hexadecimal digits; perf wants no 0x. */
static void add_word(struct ups_text *t, uint64_t value) {
  uint8_t bytes[8];
  for (int i = 0; i < 8; i++)
    bytes[i] = value >> (56 - 8 * i);
  ups_text_bytes(t, bytes, sizeof bytes);
}

/* perf's map of this process: a line `start size name` in hexadecimal for each function. */
struct perf_map {
  long file;
  uint64_t room; /* bytes that may still be written */
  size_t used;   /* of the buffer: whole lines */
  char buffer[4096];
};

/* Opens it for appending, if it is a file of ours.  Nobody else may read it. */
static bool open_perf_map(struct perf_map *map) {
  char name[64];
  struct ups_text t;
  struct stat status;
  ups_text_start(&t, name, sizeof name);
  ups_text_add(&t, "/tmp/perf-");
  ups_text_number(&t, ups_state->pid);
  ups_text_add(&t, ".map");
  map->file = ups_sys(SYS_open, name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (map->file < 0)
    return false;
  map->used = map->room = 0;
  bool ours = ups_sys(SYS_fstat, map->file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ups_state->uid;
  uint64_t limit = ups_file_limit();
  if (ours && limit > (uint64_t)status.st_size) /* writing more than that would be a signal */
    map->room = limit - (uint64_t)status.st_size;
  return true;
}

static void flush_perf_map(struct perf_map *map) {
  if (map->used && ups_sys(SYS_write, map->file, map->buffer, map->used) != (long)map->used)
    map->room = 0;
  map->used = 0;
}

static void add_to_perf_map(struct perf_map *map, uint64_t start, uint64_t size, const char *name) {
  char line[512];
  struct ups_text t;
  ups_text_start(&t, line, sizeof line - 1); /* a name that is too long is cut off, its line is ended */
  add_word(&t, start);
  ups_text_add(&t, " ");
  add_word(&t, size);
  ups_text_add(&t, " ");
  ups_text_add(&t, name);
  size_t length = ups_length(line);
  line[length++] = '\n';
  if (length > map->room)
    return;
  if (map->used + length > sizeof map->buffer)
    flush_perf_map(map);
  ups_copy(map->buffer + map->used, line, length);
  map->used += length;
  map->room -= length;
}

/* Appends the functions of the symbol file. */
static void write_perf_map(const uint8_t *file, size_t size, uintptr_t text) {
  struct perf_map map;
  const Elf64_Shdr *s = sections((uint8_t *)file, size);
  if (!s || !open_perf_map(&map))
    return;
  unsigned count = ((const Elf64_Ehdr *)file)->e_shnum;
  for (unsigned i = 0; i < count; i++) {
    if (s[i].sh_type != SHT_SYMTAB || s[i].sh_link >= count || s[i].sh_offset % 8 || s[i].sh_offset > size || s[i].sh_size > size - s[i].sh_offset)
      continue;
    const Elf64_Shdr *names = &s[s[i].sh_link];
    if (names->sh_offset > size || names->sh_size > size - names->sh_offset || !names->sh_size || file[names->sh_offset + names->sh_size - 1])
      continue;
    const Elf64_Sym *symbol = (const Elf64_Sym *)(file + s[i].sh_offset);
    for (size_t k = 0; k < s[i].sh_size / sizeof *symbol; k++)
      if (ELF64_ST_TYPE(symbol[k].st_info) == STT_FUNC && symbol[k].st_name < names->sh_size)
        add_to_perf_map(&map, text + symbol[k].st_value, symbol[k].st_size, (const char *)file + names->sh_offset + symbol[k].st_name);
  }
  flush_perf_map(&map);
  ups_sys(SYS_close, map.file);
}

/* Tells debuggers. */
static void register_symbols(struct ups_patch *patch) {
  const struct upstare_patch *p = patch->blob;
  uint8_t *file = (uint8_t *)p + p->symfile.offset;
  if (!p->symfile.count || !place_text(file, p->symfile.count, patch->text))
    return;
  if (ups_state->perf_map)
    write_perf_map(file, p->symfile.count, patch->text);
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

/* Registers once.  The unwinder gets the memory for its note from us (more than any version of it needs): malloc may be
 * the program's own, and a thread that was stopped may hold its lock. */
void ups_debugger_register(struct ups_patch *patch) {
  uintptr_t register_frame;
  if (patch->registered)
    return;
  patch->registered = true;
  void *note = patch->blob->eh_frame == UPSTARE_NONE ? 0 : ups_memory(4096);
  if (note && ups_symbol("__register_frame_info", false, &register_frame) == UPS_FOUND)
    ((void (*)(const void *, void *))register_frame)((const void *)(patch->text + patch->blob->eh_frame), note);
  else
    ups_memory_free(note, 4096);
  register_symbols(patch);
}
