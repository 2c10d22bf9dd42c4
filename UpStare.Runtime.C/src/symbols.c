/* symbols.c - imports, without dlsym: the debugger's list of libraries (_r_debug, found through the executable's
 * DT_DEBUG), their DT_GNU_HASH or DT_HASH tables, default versions, IFUNC.
 *
 * dlsym takes locks and may be what the update signal has interrupted.  The order is the list's: the executable
 * first (its copy relocations of stdout and the like are the definitions in effect), then the libraries as
 * they were loaded.  Leaves out: dlmopen's name spaces, symbols asked for by version. */
#include "symbols.h"
#include "away.h"
#include "heap.h"
#include "blocking.h"
#include "executable.h"
#include "state.h"
#include "wrap_forks.h"
#include "wrap_signals.h"
#include "wrap_threads.h"
#include <link.h>
#include <stdlib.h>

struct library {
  uintptr_t bias;
  const Elf64_Sym *symbols;
  const char *strings;
  const uint32_t *gnu_hash, *hash;
  const uint16_t *versions;
};

/* The debugger's structure, or 0 in a static program. */
static const struct r_debug *debug(void) {
  const Elf64_Dyn *d = ups_executable_dynamic();
  for (; d && d->d_tag != DT_NULL; d++)
    if (d->d_tag == DT_DEBUG)
      return (const struct r_debug *)d->d_un.d_ptr;
  return 0;
}

/* Reads a library's dynamic section; glibc has made most of its pointers absolute, others leave offsets. */
static void open_library(const struct link_map *map, struct library *l) {
  *l = (struct library){.bias = map->l_addr};
  for (const Elf64_Dyn *d = map->l_ld; d && d->d_tag != DT_NULL; d++) {
    uintptr_t p = d->d_un.d_ptr;
    if (p < map->l_addr)
      p += map->l_addr;
    switch (d->d_tag) {
    case DT_SYMTAB: l->symbols = (const void *)p; break;
    case DT_STRTAB: l->strings = (const void *)p; break;
    case DT_GNU_HASH: l->gnu_hash = (const void *)p; break;
    case DT_HASH: l->hash = (const void *)p; break;
    case DT_VERSYM: l->versions = (const void *)p; break;
    }
  }
}

/* Is symbol number i the definition that a plain reference to `name` means? */
static bool matches(const struct library *l, uint32_t i, const char *name) {
  const Elf64_Sym *s = &l->symbols[i];
  unsigned bind = ELF64_ST_BIND(s->st_info), type = ELF64_ST_TYPE(s->st_info);
  if (s->st_shndx == SHN_UNDEF || bind == STB_LOCAL || type == STT_FILE || type == STT_SECTION)
    return false;
  if (l->versions && (l->versions[i] & 0x8000 || l->versions[i] == 0)) /* not the default version; local */
    return false;
  return ups_equal(l->strings + s->st_name, name);
}

/* Looks through a DT_GNU_HASH table. */
static const Elf64_Sym *find_gnu(const struct library *l, const char *name) {
  uint32_t hash = 5381;
  for (const char *p = name; *p; p++)
    hash = hash * 33 + (uint8_t)*p;
  uint32_t buckets = l->gnu_hash[0], first = l->gnu_hash[1], words = l->gnu_hash[2], shift = l->gnu_hash[3];
  const uint64_t *bloom = (const uint64_t *)(l->gnu_hash + 4);
  const uint32_t *bucket = (const uint32_t *)(bloom + words), *chain = bucket + buckets;
  uint64_t word = bloom[hash / 64 % words];
  if (!buckets || !(word >> hash % 64 & 1) || !(word >> (hash >> shift) % 64 & 1))
    return 0;
  uint32_t i = bucket[hash % buckets];
  if (i < first)
    return 0;
  for (;; i++) {
    uint32_t h = chain[i - first];
    if ((h | 1) == (hash | 1) && matches(l, i, name))
      return &l->symbols[i];
    if (h & 1)
      return 0;
  }
}

/* Looks through a DT_HASH table. */
static const Elf64_Sym *find_sysv(const struct library *l, const char *name) {
  uint32_t hash = 0;
  for (const char *p = name; *p; p++) {
    hash = (hash << 4) + (uint8_t)*p;
    hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
  }
  uint32_t buckets = l->hash[0];
  for (uint32_t i = buckets ? l->hash[2 + hash % buckets] : 0; i; i = l->hash[2 + buckets + i])
    if (matches(l, i, name))
      return &l->symbols[i];
  return 0;
}

/* The kernel's own library is not part of a program's scope. */
static bool is_vdso(const struct link_map *map) {
  return map->l_name && ups_length(map->l_name) > 6 && ups_same(map->l_name, "linux-", 6);
}

struct tls_search {
  const struct link_map *map;
  uintptr_t block;
};

/* dl_iterate_phdr's callback: this thread's TLS block of one library. */
static int find_tls(struct dl_phdr_info *info, size_t size, void *argument) {
  struct tls_search *s = argument;
  if (size < sizeof *info || info->dlpi_addr != s->map->l_addr || !info->dlpi_tls_data)
    return 0;
  s->block = (uintptr_t)info->dlpi_tls_data;
  return 1;
}

/* What a symbol means here: IFUNCs are asked, TLS becomes an offset from the thread pointer. */
static enum ups_lookup resolve(const struct link_map *map, const Elf64_Sym *s, bool tls, uintptr_t *address) {
  bool is_tls = ELF64_ST_TYPE(s->st_info) == STT_TLS;
  if (is_tls != tls)
    return UPS_ABSENT;
  if (tls) {
    struct tls_search search = {map, 0};
    dl_iterate_phdr(find_tls, &search);
    if (!search.block)
      return UPS_ABSENT;
    *address = search.block + s->st_value - (uintptr_t)__builtin_thread_pointer();
    return UPS_FOUND;
  }
  *address = s->st_shndx == SHN_ABS ? s->st_value : map->l_addr + s->st_value;
  if (ELF64_ST_TYPE(s->st_info) == STT_GNU_IFUNC)
    *address = ((uintptr_t(*)(void))*address)();
  return UPS_FOUND;
}

/* One comparison for all of the names below. */
static __attribute__((noinline)) bool is(const char *a, const char *b) { return ups_equal(a, b); }

/* What the runtime itself offers to generated code; 0: nothing of that name, or it is not linked.  No table: two pointers of each would
 * be relocated at every start of a position-independent program. */
static void *own(const char *name) {
#define OWN(function)                                                                                        \
  if (is(name, #function))                                                                                   \
    return (void *)__upstare_##function;
  OWN(frame) OWN(next) OWN(refuse)
  OWN(malloc) OWN(calloc) OWN(realloc) OWN(reallocarray) OWN(aligned_alloc) OWN(memalign) OWN(valloc) OWN(posix_memalign) OWN(free) OWN(allocating)
  UPS_BLOCKING_CALLS(OWN) UPS_SIGNAL_CALLS(OWN) UPS_FORK_CALLS(OWN) UPS_AWAY_CALLS(OWN)
  OWN(away_call) OWN(update_point) OWN(no_update_begin) OWN(no_update_end) OWN(pthread_create) OWN(thrd_create)
#undef OWN
  /* What libc links into the executable itself: no shared library exports it (libc_nonshared.a). */
  return is(name, "libc_atexit") ? (void *)atexit : is(name, "libc_at_quick_exit") ? (void *)at_quick_exit : 0;
}

/* Looks through a list of libraries. */
static enum ups_lookup look(const struct link_map *map, const char *name, bool tls, uintptr_t *address) {
  for (; map; map = map->l_next) {
    struct library l;
    if (is_vdso(map))
      continue;
    open_library(map, &l);
    const Elf64_Sym *s = 0;
    if (l.symbols && l.strings && l.gnu_hash)
      s = find_gnu(&l, name);
    else if (l.symbols && l.strings && l.hash)
      s = find_sysv(&l, name);
    if (s && resolve(map, s, tls, address) == UPS_FOUND)
      return UPS_FOUND;
  }
  return UPS_ABSENT;
}

/* Finds a symbol. */
enum ups_lookup ups_symbol(const char *name, bool tls, uintptr_t *address) {
  if (ups_length(name) > 10 && ups_same(name, "__upstare_", 10)) {
    *address = (uintptr_t)own(name + 10);
    return *address ? UPS_FOUND : UPS_ABSENT;
  }
  const struct r_debug *d = debug();
  if (!d)
    return UPS_ABSENT;
  return d->r_state == RT_CONSISTENT ? look(d->r_map, name, tls, address) : UPS_LIST_CHANGING;
}

/* Libraries are added at the end of the list, so its start can be read while that happens. */
uintptr_t ups_symbol_of_libraries(const char *name, bool executable_too) {
  const struct r_debug *d = debug();
  uintptr_t address;
  if (!d || !d->r_map)
    return 0;
  return look(executable_too ? d->r_map : d->r_map->l_next, name, false, &address) == UPS_FOUND ? address : 0;
}

/* The library with the highest load address not above an address; the program's own range is not a library. */
const char *ups_symbol_library(uintptr_t address, uintptr_t *offset) {
  const struct r_debug *d = debug();
  const struct link_map *best = 0;
  if (!d || d->r_state != RT_CONSISTENT)
    return 0;
  for (const struct link_map *map = d->r_map; map; map = map->l_next)
    if (map->l_addr && map->l_addr <= address && (!best || map->l_addr > best->l_addr))
      best = map;
  if (!best || !best->l_name || !*best->l_name)
    return 0;
  *offset = address - best->l_addr;
  return best->l_name;
}
