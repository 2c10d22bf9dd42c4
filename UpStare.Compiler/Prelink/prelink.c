/* prelink.c - copies of libclang, libLLVM and libstdc++ that the dynamic linker has little to do with.
 *
 *   prelink DIRECTORY
 *
 * Loading libclang costs as much as parsing a small unit: half a million relative relocations, which touch 2,100 pages, and 23,000 look-ups
 * of symbols, nearly all of which lead from one of these libraries to itself or to another.  The copies have fixed addresses, where nothing
 * else lives, so all of these are done once, here: the pages are those of the file, and are read when they are needed.  (The idea is that of
 * prelink(8), which glibc no longer knows; but it maps a library where its program headers say, if that is free.)
 *
 * libLLVM alone brings twelve more libraries: a solver, XML, compression, line editing.  What libclang does for upstare-cc, parsing, needs none of
 * them, so the copy of libLLVM does without: what it would call there is abort().
 *
 * In:  the libraries as dlopen finds them.
 * Out: DIRECTORY/libstdc++..., libLLVM..., libclang..., and DIRECTORY/origin, which upstare-cc looks at before it uses them: a line
 *      "START END", the addresses that must be free, and for each library, in the order of loading, a line "NAME SIZE SECONDS PATH", its copy's name, and
 *      what the original is and was when the copy was made.  Nothing is done if that is so already.
 * Exit status 1, and a message, if the libraries are not there or are made in a way that is not expected here.
 *
 * Relocations are done as the dynamic linker does them (System V ABI, AMD64 supplement), the symbols' by itself: the copies are loaded,
 * and what it has written to memory that is read-only from then on (PT_GNU_RELRO), or to jump slots, is what belongs there, if it is an
 * address in one of the copies.  What leads to other libraries is left to it, at each start. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define START UINT64_C(0x100000000000) /* far below what the kernel gives out, far above programs and their heaps */
#define APART (UINT64_C(2) << 20)
enum { CXX, LLVM, CLANG, LIBRARIES }; /* in the order of loading */
#define VERSIONS_MAX 200
#define DROPPED_MAX 1000
#define ORIGIN_MAX (LIBRARIES * (PATH_MAX + NAME_MAX + 50))

/* A library in memory as it is in its file, changed step by step into the copy. */
struct library {
  char path[PATH_MAX]; /* of the original */
  const char *name;    /* the file's, in path */
  struct stat state;
  uint8_t *file;
  uint64_t base, end; /* where the copy lives */
  Elf64_Dyn *dynamic;
};
static struct library libraries[LIBRARIES];

static _Noreturn void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("prelink: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

static const Elf64_Phdr *headers(const struct library *l) { return (const Elf64_Phdr *)(l->file + ((Elf64_Ehdr *)l->file)->e_phoff); }
static unsigned header_count(const struct library *l) { return ((Elf64_Ehdr *)l->file)->e_phnum; }

/* The program header of a type; fails if there is none. */
static const Elf64_Phdr *header(const struct library *l, uint32_t type) {
  for (unsigned i = 0; i < header_count(l); i++)
    if (headers(l)[i].p_type == type)
      return &headers(l)[i];
  fail("%s: no program header of type %#x", l->path, type);
}

/* Where `size` bytes at an address of the original (before it is moved) are in the file. */
static void *at(const struct library *l, uint64_t address, uint64_t size) {
  for (unsigned i = 0; i < header_count(l); i++) {
    const Elf64_Phdr *h = &headers(l)[i];
    uint64_t offset = address - h->p_vaddr;
    if (h->p_type == PT_LOAD && address >= h->p_vaddr && offset <= h->p_filesz && size <= h->p_filesz - offset)
      return l->file + h->p_offset + offset;
  }
  fail("%s: nothing in the file is at %#lx", l->path, (unsigned long)address);
}

/* An entry of the dynamic section, or null. */
static Elf64_Dyn *entry(const struct library *l, int64_t tag) {
  for (Elf64_Dyn *d = l->dynamic; d->d_tag != DT_NULL; d++)
    if (d->d_tag == tag)
      return d;
  return 0;
}
static uint64_t value(const struct library *l, int64_t tag) {
  const Elf64_Dyn *d = entry(l, tag);
  if (!d)
    fail("%s: its dynamic section has no entry of type %#lx", l->path, (unsigned long)tag);
  return d->d_un.d_val;
}

/* Relocations: a table and how many. */
struct relocations {
  Elf64_Rela *table;
  uint64_t count;
};
static struct relocations relocations(const struct library *l, int64_t table, int64_t size) {
  uint64_t bytes = value(l, size);
  return (struct relocations){at(l, value(l, table), bytes), bytes / sizeof(Elf64_Rela)};
}

static void add(void *place, uint64_t what) {
  uint64_t v;
  memcpy(&v, place, sizeof v);
  v += what;
  memcpy(place, &v, sizeof v);
}

/* ---- what libLLVM alone needs

   Symbols of glibc, libgcc and libstdc++ have versions.  So what is undefined in libLLVM and has no version, or one of a library that is dropped,
   is of such a library; that no other defines it is seen when the copies have been loaded. */

static const char *dropped[DROPPED_MAX]; /* the symbols' names */
static unsigned dropped_count;

static const char *string(const struct library *l, uint64_t offset) { return at(l, value(l, DT_STRTAB) + offset, 1); }
static const Elf64_Sym *symbol(const struct library *l, uint64_t number) {
  return at(l, value(l, DT_SYMTAB) + number * sizeof(Elf64_Sym), sizeof(Elf64_Sym));
}
static unsigned version(const struct library *l, uint64_t number) {
  return *(const Elf64_Versym *)at(l, value(l, DT_VERSYM) + number * sizeof(Elf64_Versym), sizeof(Elf64_Versym)) & 0x7fff;
}

static bool needs(const struct library *l, const char *name) {
  for (const Elf64_Dyn *d = l->dynamic; d->d_tag != DT_NULL; d++)
    if (d->d_tag == DT_NEEDED && strcmp(string(l, d->d_un.d_val), name) == 0)
      return true;
  return false;
}

/* Libraries that `other` does not need are no longer needed. */
static void drop_needs(const struct library *l, const struct library *other) {
  Elf64_Dyn *kept = l->dynamic;
  for (const Elf64_Dyn *d = l->dynamic; d->d_tag != DT_NULL; d++)
    if (d->d_tag != DT_NEEDED || needs(other, string(l, d->d_un.d_val)))
      *kept++ = *d;
  *kept = (Elf64_Dyn){.d_tag = DT_NULL};
}

/* Nor are versions of their symbols: marks these in `is_dropped`. */
static void drop_versions(const struct library *l, const struct library *other, bool is_dropped[VERSIONS_MAX]) {
  Elf64_Verneed *library = at(l, value(l, DT_VERNEED), sizeof *library), *kept = library;
  if (!needs(other, string(l, library->vn_file)))
    fail("%s: the first library of its table of versions is one of those that are not needed", l->path);
  for (uint64_t left = value(l, DT_VERNEEDNUM); left > 0; left--, library = (Elf64_Verneed *)((char *)library + library->vn_next)) {
    if (needs(other, string(l, library->vn_file))) {
      if (library != kept)
        kept->vn_next = (Elf64_Word)((char *)library - (char *)kept);
      kept = library;
      continue;
    }
    entry(l, DT_VERNEEDNUM)->d_un.d_val--;
    Elf64_Vernaux *v = (Elf64_Vernaux *)((char *)library + library->vn_aux);
    for (unsigned i = 0; i < library->vn_cnt; i++, v = (Elf64_Vernaux *)((char *)v + v->vna_next)) {
      if (v->vna_other >= VERSIONS_MAX)
        fail("%s: version %u of symbols", l->path, v->vna_other);
      is_dropped[v->vna_other] = true;
    }
  }
  kept->vn_next = 0;
}

/* The symbol that a relocation is about is undefined, and its version is dropped, or it has none. */
static bool is_of_dropped(const struct library *l, const Elf64_Rela *r, const bool is_dropped[VERSIONS_MAX]) {
  uint64_t number = ELF64_R_SYM(r->r_info);
  const Elf64_Sym *s = symbol(l, number);
  unsigned v = version(l, number);
  return number != STN_UNDEF && s->st_shndx == SHN_UNDEF && ELF64_ST_BIND(s->st_info) != STB_WEAK &&
         (v <= VER_NDX_GLOBAL || (v < VERSIONS_MAX && is_dropped[v]));
}

/* The number of the undefined symbol abort. */
static uint64_t number_of_abort(const struct library *l, struct relocations all) {
  for (const Elf64_Rela *r = all.table; r < all.table + all.count; r++)
    if (strcmp(string(l, symbol(l, ELF64_R_SYM(r->r_info))->st_name), "abort") == 0)
      return ELF64_R_SYM(r->r_info);
  fail("%s does not call abort", l->path);
}

/* Makes a library do without those that `other` does not need. */
static void drop_libraries(const struct library *l, const struct library *other) {
  bool versions[VERSIONS_MAX] = {false};
  drop_needs(l, other);
  drop_versions(l, other, versions);
  struct relocations tables[] = {relocations(l, DT_RELA, DT_RELASZ), relocations(l, DT_JMPREL, DT_PLTRELSZ)};
  uint64_t nothing = number_of_abort(l, tables[1]);
  for (unsigned t = 0; t < 2; t++)
    for (Elf64_Rela *r = tables[t].table; r < tables[t].table + tables[t].count; r++)
      if (is_of_dropped(l, r, versions)) {
        if (dropped_count == DROPPED_MAX)
          fail("%s: too many symbols of other libraries", l->path);
        dropped[dropped_count++] = string(l, symbol(l, ELF64_R_SYM(r->r_info))->st_name);
        r->r_info = ELF64_R_INFO(nothing, ELF64_R_TYPE(r->r_info));
      }
}

/* None of what was dropped is in a library that was not. */
static void check_dropped(void *handle) {
  for (unsigned i = 0; i < dropped_count; i++)
    if (dlsym(handle, dropped[i]))
      fail("%s was taken for a symbol of a library that is not needed", dropped[i]);
}

/* ---- moving a library to its base */

enum kind { UNEXPECTED, ADDRESS, OTHER };
static enum kind kind_of(int64_t tag) {
  switch (tag) {
  case DT_PLTGOT: case DT_HASH: case DT_STRTAB: case DT_SYMTAB: case DT_RELA: case DT_INIT: case DT_FINI: case DT_JMPREL: case DT_INIT_ARRAY:
  case DT_FINI_ARRAY: case DT_GNU_HASH: case DT_VERSYM: case DT_VERDEF: case DT_VERNEED:
    return ADDRESS;
  case DT_NEEDED: case DT_SONAME: case DT_RUNPATH: case DT_RPATH: case DT_FLAGS: case DT_FLAGS_1: case DT_RELASZ: case DT_RELAENT: case DT_RELACOUNT:
  case DT_SYMENT: case DT_STRSZ: case DT_PLTREL: case DT_PLTRELSZ: case DT_INIT_ARRAYSZ: case DT_FINI_ARRAYSZ: case DT_VERDEFNUM: case DT_VERNEEDNUM:
  case DT_BIND_NOW: case DT_SYMBOLIC:
    return OTHER;
  default:
    return UNEXPECTED;
  }
}

/* All symbols that are addresses. */
static void move_symbols(const struct library *l) {
  const Elf64_Ehdr *e = (Elf64_Ehdr *)l->file;
  for (unsigned i = 0; i < e->e_shnum; i++) {
    const Elf64_Shdr *section = (const Elf64_Shdr *)(l->file + e->e_shoff) + i;
    if (section->sh_type != SHT_DYNSYM)
      continue;
    Elf64_Sym *symbols = at(l, value(l, DT_SYMTAB), section->sh_size);
    for (uint64_t s = 0; s < section->sh_size / sizeof *symbols; s++) {
      unsigned type = ELF64_ST_TYPE(symbols[s].st_info);
      if (type == STT_GNU_IFUNC)
        fail("%s: symbols that are found out at run time", l->path);
      if (symbols[s].st_shndx != SHN_UNDEF && symbols[s].st_shndx != SHN_ABS && type != STT_TLS)
        symbols[s].st_value += l->base;
    }
    return;
  }
  fail("%s: no section with its symbols", l->path);
}

/* Relative relocations are done, the others get their new places. */
static void move_relocations(const struct library *l) {
  struct relocations all = relocations(l, DT_RELA, DT_RELASZ), slots = relocations(l, DT_JMPREL, DT_PLTRELSZ);
  for (Elf64_Rela *r = all.table; r < all.table + all.count; r++) {
    uint64_t done = l->base + (uint64_t)r->r_addend;
    switch (ELF64_R_TYPE(r->r_info)) {
    case R_X86_64_RELATIVE:
      memcpy(at(l, r->r_offset, sizeof done), &done, sizeof done);
      break;
    case R_X86_64_64: case R_X86_64_GLOB_DAT: case R_X86_64_DTPMOD64: case R_X86_64_DTPOFF64: case R_X86_64_TPOFF64:
      break;
    default:
      fail("%s: a relocation of type %lu", l->path, (unsigned long)ELF64_R_TYPE(r->r_info));
    }
  }
  for (Elf64_Rela *r = slots.table; r < slots.table + slots.count; r++) {
    if (ELF64_R_TYPE(r->r_info) != R_X86_64_JUMP_SLOT)
      fail("%s: a relocation of type %lu among the jump slots", l->path, (unsigned long)ELF64_R_TYPE(r->r_info));
    add(at(l, r->r_offset, 8), l->base); /* the code behind its entry of the procedure linkage table */
  }
}

/* Drops the relocations that `is_done` says need no more doing: from the table's start on, where the relative ones are. */
static void drop_relocations(struct library *l, bool (*is_done)(const struct library *, const Elf64_Rela *)) {
  struct relocations all = relocations(l, DT_RELA, DT_RELASZ);
  Elf64_Rela *kept = all.table;
  for (Elf64_Rela *r = all.table; r < all.table + all.count; r++)
    if (!is_done(l, r))
      *kept++ = *r;
  entry(l, DT_RELASZ)->d_un.d_val = (uint64_t)(kept - all.table) * sizeof *kept;
  if (entry(l, DT_RELACOUNT))
    entry(l, DT_RELACOUNT)->d_un.d_val = 0;
}
static bool is_relative(const struct library *l, const Elf64_Rela *r) {
  (void)l;
  return ELF64_R_TYPE(r->r_info) == R_X86_64_RELATIVE;
}

/* Everything that depends on where the library is.  Its own tables are found by their old addresses, so those come last. */
static void move(struct library *l) {
  for (const Elf64_Dyn *d = l->dynamic; d->d_tag != DT_NULL; d++)
    if (kind_of(d->d_tag) == UNEXPECTED)
      fail("%s: its dynamic section has an entry of type %#lx", l->path, (unsigned long)d->d_tag);
  move_symbols(l);
  move_relocations(l);
  drop_relocations(l, is_relative);
  struct relocations all = relocations(l, DT_RELA, DT_RELASZ), slots = relocations(l, DT_JMPREL, DT_PLTRELSZ);
  for (uint64_t i = 0; i < all.count; i++)
    all.table[i].r_offset += l->base;
  for (uint64_t i = 0; i < slots.count; i++)
    slots.table[i].r_offset += l->base;
  add(at(l, value(l, DT_PLTGOT), 8), l->base); /* its first entry is the dynamic section's address */
  for (Elf64_Dyn *d = l->dynamic; d->d_tag != DT_NULL; d++)
    if (kind_of(d->d_tag) == ADDRESS)
      d->d_un.d_ptr += l->base;
  Elf64_Phdr *h = (Elf64_Phdr *)headers(l);
  for (unsigned i = 0; i < header_count(l); i++)
    if (h[i].p_type != PT_GNU_STACK) {
      h[i].p_vaddr += l->base;
      h[i].p_paddr += l->base;
    }
  /* The table of sections is not loaded; it would have to be moved for debuggers alone. */
  Elf64_Ehdr *e = (Elf64_Ehdr *)l->file;
  e->e_entry = e->e_shoff = e->e_shnum = e->e_shstrndx = 0;
}

/* ---- what the dynamic linker has found for symbols */

/* The dynamic linker's answer, if it stays the same at each start. */
static bool is_settled(const struct library *l, const Elf64_Rela *r) {
  const Elf64_Phdr *relro = header(l, PT_GNU_RELRO);
  unsigned type = ELF64_R_TYPE(r->r_info);
  if (type != R_X86_64_JUMP_SLOT) {
    if (type != R_X86_64_64 && type != R_X86_64_GLOB_DAT)
      return false;
    if (r->r_offset < relro->p_vaddr || r->r_offset + 8 > relro->p_vaddr + relro->p_memsz)
      return false;
  }
  uint64_t found = *(const uint64_t *)r->r_offset;
  return found >= START && found < libraries[LIBRARIES - 1].end;
}

/* Takes them over from the loaded copy. */
static void settle(struct library *l) {
  struct relocations tables[] = {relocations(l, DT_RELA, DT_RELASZ), relocations(l, DT_JMPREL, DT_PLTRELSZ)};
  for (unsigned t = 0; t < 2; t++)
    for (const Elf64_Rela *r = tables[t].table; r < tables[t].table + tables[t].count; r++)
      if (is_settled(l, r))
        memcpy(at(l, r->r_offset, 8), (const void *)r->r_offset, 8);
  drop_relocations(l, is_settled); /* jump slots are found by their numbers and stay */
}

/* ---- files */

static const char *const names[] = {"libclang-19.so.1", "libclang.so.19", "libclang.so.19.1", "libclang-19.so"}; /* as in Clang/clang.cs */

/* The library of a name, in the order of loading from `from` on. */
static const struct link_map *loaded(const struct link_map *from, const char *name) {
  const struct link_map *m = from;
  while (m && !strstr(m->l_name, name))
    m = m->l_next;
  if (!m)
    fail("%s is loaded without %s", from->l_name, name + 1);
  return m;
}

/* Writes the paths of the libraries, a line each. */
static void say_where(int to) {
  void *handle = 0;
  for (unsigned i = 0; i < sizeof names / sizeof *names && !handle; i++)
    handle = dlopen(names[i], RTLD_LAZY);
  if (!handle)
    fail("%s", dlerror());
  struct link_map *clang;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &clang) != 0)
    fail("%s", dlerror());
  const struct link_map *maps[LIBRARIES] = {[CXX] = loaded(clang, "/libstdc++"), [LLVM] = loaded(clang, "/libLLVM"), [CLANG] = clang};
  for (unsigned i = 0; i < LIBRARIES; i++) {
    const char *path = realpath(maps[i]->l_name, 0); /* an update of the package changes what is there */
    dprintf(to, "%s\n", path ? path : "");
  }
  _exit(0);
}

/* Finds the originals.  In a process of its own: the copies have the same names for the dynamic linker. */
static void find(void) {
  int ends[2], status;
  if (pipe(ends) != 0)
    fail("pipe: %s", strerror(errno));
  pid_t child = fork();
  if (child < 0)
    fail("fork: %s", strerror(errno));
  if (child == 0)
    say_where(ends[1]);
  close(ends[1]);
  FILE *from = fdopen(ends[0], "r");
  for (struct library *l = libraries; l < libraries + LIBRARIES && fgets(l->path, sizeof l->path, from); l++)
    l->path[strcspn(l->path, "\n")] = 0;
  fclose(from);
  if (waitpid(child, &status, 0) != child || status != 0)
    exit(1);
}

/* Reads the original; its copy gets the next free addresses. */
static void read_library(struct library *l, uint64_t base) {
  int fd = open(l->path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &l->state) != 0)
    fail("%s: %s", l->path, strerror(errno));
  l->name = strrchr(l->path, '/') + 1;
  l->file = mmap(0, (size_t)l->state.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  if (l->file == MAP_FAILED)
    fail("%s: %s", l->path, strerror(errno));
  close(fd);
  const Elf64_Ehdr *e = (Elf64_Ehdr *)l->file;
  if (memcmp(e->e_ident, ELFMAG, SELFMAG) != 0 || e->e_ident[EI_CLASS] != ELFCLASS64 || e->e_machine != EM_X86_64 || e->e_type != ET_DYN)
    fail("%s is no shared library for x86-64", l->path);
  l->base = l->end = base;
  for (unsigned i = 0; i < header_count(l); i++)
    if (headers(l)[i].p_type == PT_LOAD && base + headers(l)[i].p_vaddr + headers(l)[i].p_memsz > l->end)
      l->end = base + headers(l)[i].p_vaddr + headers(l)[i].p_memsz;
  l->end = (l->end + APART - 1) & -APART;
  l->dynamic = (Elf64_Dyn *)(l->file + header(l, PT_DYNAMIC)->p_offset);
}

/* Writes a file beside its name, and takes its place. */
static void write_file(const char *directory, const char *name, const void *data, size_t size) {
  char temporary[PATH_MAX], final[PATH_MAX];
  if (snprintf(final, sizeof final, "%s/%s", directory, name) >= (int)sizeof final || snprintf(temporary, sizeof temporary, "%s/%s.new", directory, name) >= (int)sizeof temporary)
    fail("%s: %s", directory, strerror(ENAMETOOLONG));
  FILE *f = fopen(temporary, "w");
  if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0 || rename(temporary, final) != 0)
    fail("%s: %s", temporary, strerror(errno));
}

/* Loads a copy where it belongs. */
static void *load(const char *directory, const struct library *l) {
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/%s", directory, l->name) >= (int)sizeof path)
    fail("%s: %s", directory, strerror(ENAMETOOLONG));
  void *handle = dlopen(path, RTLD_NOW);
  struct link_map *map;
  if (!handle || dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
    fail("%s", dlerror());
  if (map->l_addr != 0)
    fail("%s is not loaded where it belongs", path);
  return handle;
}

/* What is written to "origin"; returns its length. */
static size_t describe(char *text, size_t size) {
  int n = snprintf(text, size, "%lu %lu\n", (unsigned long)START, (unsigned long)libraries[LIBRARIES - 1].end);
  for (const struct library *l = libraries; l < libraries + LIBRARIES; l++)
    n += snprintf(text + n, size - (size_t)n, "%s %ld %ld %s\n", l->name, (long)l->state.st_size, (long)l->state.st_mtim.tv_sec, l->path);
  return (size_t)n;
}

/* Have the copies been made of these libraries? */
static bool is_up_to_date(const char *directory, const char *origin, size_t length) {
  char path[PATH_MAX], found[ORIGIN_MAX];
  FILE *f = snprintf(path, sizeof path, "%s/origin", directory) < (int)sizeof path ? fopen(path, "r") : 0;
  if (!f)
    return false;
  size_t n = fread(found, 1, sizeof found, f);
  fclose(f);
  return n == length && memcmp(found, origin, length) == 0;
}

int main(int argc, char **argv) {
  if (argc != 2)
    fail("usage: prelink DIRECTORY");
  const char *directory = argv[1];
  find();
  uint64_t next = START;
  for (struct library *l = libraries; l < libraries + LIBRARIES; next = l++->end)
    read_library(l, next);
  char origin[ORIGIN_MAX];
  size_t length = describe(origin, sizeof origin);
  if (is_up_to_date(directory, origin, length))
    return 0;
  drop_libraries(&libraries[LLVM], &libraries[CLANG]);
  for (struct library *l = libraries; l < libraries + LIBRARIES; l++) {
    move(l);
    write_file(directory, l->name, l->file, (size_t)l->state.st_size);
  }
  for (struct library *l = libraries; l < libraries + LIBRARIES; l++)
    check_dropped(load(directory, l));
  for (struct library *l = libraries; l < libraries + LIBRARIES; l++)
    settle(l);
  for (struct library *l = libraries; l < libraries + LIBRARIES; l++)
    write_file(directory, l->name, l->file, (size_t)l->state.st_size);
  write_file(directory, "origin", origin, length);
  return 0;
}
