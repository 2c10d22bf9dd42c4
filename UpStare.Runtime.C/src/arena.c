/* arena.c - reserves, near the executable, address space for what patches bring.
 *
 *   text: one memfd mapped twice: read-execute where it runs, and writable somewhere else (not inherited by
 *         children).  The memfd is sealed against further writable mappings and its descriptor closed, so a
 *         less privileged child cannot put code where its parent runs it (rule P4); nothing is ever writable
 *         and executable at one address.  What a child shares is not written to any more: who wants to write takes a copy first.
 *   data: private memory, inaccessible until a patch takes a piece of it.
 *
 * Within 2 GB, so that new code reaches the program's variables directly and entry jumps take five bytes.
 * Below a position-independent executable (above it are its heap and, far away, the libraries); above a fixed
 * one, far enough for brk to grow.  Both ranges are sparse: they cost address space only. */
#include "arena.h"
#include "executable.h"
#include "state.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#define PAGE ((size_t)4096)
#define MEGABYTE ((size_t)1 << 20)
#define LARGE_PAGE (2 * MEGABYTE)
/* From so much code on a large page is worth the memory. */
#define LARGE_USE (512 * (size_t)1024)
/* The least and the most that is reserved for text, and for data; in how many versions of the executable; and how often that
 * counts as address space: text, its alias, data. */
#define SMALLEST (8 * MEGABYTE)
#define LARGEST (256 * MEGABYTE)
#define VERSIONS ((size_t)32)
#define VIEWS 3

/* Fixed at start but for the two fill marks, which move only when a patch is loaded. */
static struct {
  uintptr_t text, data;
  uint8_t *alias; /* of text; 0: private text, or that of the process that forked this one */
  size_t size;    /* of each */
  size_t text_used, data_used;
  bool shared;
  bool lent; /* a child runs the same text */
} arena;

static bool failed(long r) { return r < 0 && r > -4096; }

/* Maps a memory file's two views: text at `at` (address space that is already reserved), and closes it. */
static bool map_shared(int fd, uintptr_t at, size_t size) {
  if (fd < 0)
    return false;
  long alias = ups_sys(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  bool ok = !failed(alias);
  if (ok) { /* the order matters: the seal forbids writable mappings that come after it; what runs is replaced last, when nothing else can fail */
    ups_memory_file_seal(fd, F_SEAL_FUTURE_WRITE);
    ok = ups_sys(SYS_madvise, alias, size, MADV_DONTFORK) == 0 &&
         !failed(ups_sys(SYS_mmap, at, size, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, fd, 0));
    if (ok)
      arena.alias = (uint8_t *)alias;
    else
      ups_sys(SYS_munmap, alias, size);
  }
  ups_sys(SYS_close, fd);
  return ok;
}

/* Reserves 2 * size bytes at an address; false if something is there. */
static bool reserve_at(uintptr_t at, size_t size) {
  long got = ups_sys(SYS_mmap, at, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (!failed(got) && (uintptr_t)got != at) { /* a kernel that does not know NOREPLACE */
    ups_sys(SYS_munmap, got, 2 * size);
    return false;
  }
  return !failed(got);
}

/* Finds a place of one size near the executable. */
static bool reserve(size_t size) {
  uintptr_t low, high;
  ups_executable_range(&low, &high);
  low &= -(uintptr_t)LARGE_PAGE;
  const size_t reach = 2000 * MEGABYTE;
  if (ups_executable_pie())
    for (uintptr_t at = low - 16 * MEGABYTE - 2 * size; at > PAGE && at < low && high - at < reach; at -= 32 * MEGABYTE)
      if (reserve_at(at, size)) {
        arena.text = at;
        return true;
      }
  /* also where there is no room below: valgrind puts such an executable at the first megabyte */
  for (uintptr_t at = low + 1088 * MEGABYTE; at + 2 * size - low < reach; at += 32 * MEGABYTE)
    if (reserve_at(at, size)) {
      arena.text = at;
      return true;
    }
  return false;
}

/* How much of each kind: room for dozens of versions of the executable.  No more, because a program may limit its address
 * space once it runs (vsftpd allows a session 200 MB), and little of a limit that it is started with. */
static size_t wanted(void) {
  uintptr_t low, high;
  ups_executable_range(&low, &high);
  size_t size = SMALLEST;
  while (size < LARGEST && size < VERSIONS * (high - low))
    size *= 2;
  struct rlimit64 limit;
  if (ups_sys(SYS_prlimit64, 0, RLIMIT_AS, 0, &limit) == 0)
    while (size > SMALLEST && VIEWS * size > limit.rlim_cur / 8)
      size /= 2;
  return size;
}

/* Reserves the arena at start; a smaller one where there is no room. */
bool ups_arena_reserve(void) {
  for (size_t size = wanted(); size >= SMALLEST; size /= 2)
    if (reserve(size)) {
      arena.size = size;
      arena.data = arena.text + size;
      /* perf looks into its map of a process only for anonymous memory */
      arena.shared = !ups_state->perf_map && map_shared(ups_memory_file(size, true), arena.text, size);
      return true;
    }
  return false;
}

/* Takes `size` bytes from one half. */
static uintptr_t take(uintptr_t start, size_t *used, size_t size) {
  size = (size + PAGE - 1) & -PAGE;
  if (ups_fault(UPS_FAULT_ARENA) || size > arena.size - *used)
    return 0;
  uintptr_t at = start + *used;
  *used += size;
  return at;
}

/* Room for text. */
uintptr_t ups_arena_text(size_t size) {
  uintptr_t at = take(arena.text, &arena.text_used, size);
  if (at && !arena.shared && ups_sys(SYS_mprotect, at, (size + PAGE - 1) & -PAGE, PROT_READ | PROT_WRITE) < 0)
    return 0;
  return at;
}

/* Room for data. */
uintptr_t ups_arena_data(size_t size) {
  uintptr_t at = take(arena.data, &arena.data_used, size);
  if (at && size && ups_sys(SYS_mprotect, at, (size + PAGE - 1) & -PAGE, PROT_READ | PROT_WRITE) < 0)
    return 0;
  return at;
}

/* Remembers how far the arena is filled. */
void ups_arena_mark(size_t *text, size_t *data) {
  *text = arena.text_used;
  *data = arena.data_used;
}

/* Gives room back, zeroed for the next patch. */
void ups_arena_release(size_t text, size_t data) {
  if (arena.data_used > data) {
    ups_sys(SYS_madvise, arena.data + data, arena.data_used - data, MADV_DONTNEED);
    ups_sys(SYS_mprotect, arena.data + data, arena.data_used - data, PROT_NONE);
  }
  arena.text_used = text;
  arena.data_used = data;
}

/* Where to write what runs at an address. */
uint8_t *ups_arena_alias(uintptr_t address) {
  return arena.alias && ups_arena_holds(address) ? arena.alias + (address - arena.text) : 0;
}

/* Is the address in the arena's text? */
bool ups_arena_holds(uintptr_t address) { return arena.size && address - arena.text < arena.size; }

/* Is the address in its data? */
bool ups_arena_holds_data(uintptr_t address) { return arena.size && address - arena.data < arena.data_used; }

/* Puts text into large pages, where the kernel can (from 6.1 on): the executable's is in the page cache, which has larger pages
 * for it than for a memory file, and SQLite runs 15 % slower from those.  What counts is the new text alone: small patches, one
 * behind the other, are not worth the kernel's time, which on a busy machine can be seconds. */
static void use_large_pages(uintptr_t text, size_t size) {
  uintptr_t end = text + size;
  for (uintptr_t page = text & -LARGE_PAGE; page < end; page += LARGE_PAGE) {
    uintptr_t from = page > text ? page : text, to = page + LARGE_PAGE < end ? page + LARGE_PAGE : end;
    if (to - from >= LARGE_USE)
      ups_sys(SYS_madvise, page, LARGE_PAGE, MADV_COLLAPSE);
  }
}

/* Makes private text executable. */
bool ups_arena_seal(uintptr_t text, size_t size) {
  if (!arena.shared && ups_sys(SYS_mprotect, text, (size + PAGE - 1) & -PAGE, PROT_READ | PROT_EXEC) != 0)
    return false;
  use_large_pages(text, size);
  return true;
}

/* Is there code of patches that a child would share? */
bool ups_arena_is_used(void) { return arena.shared && arena.text_used; }

/* It is shared from now on. */
void ups_arena_lend(void) { arena.lent = true; }

/* A copy of it. */
int ups_arena_copy(void) {
  int fd = ups_memory_file(arena.size, true);
  for (size_t done = 0; fd >= 0 && done < arena.text_used;) {
    long n = ups_sys(SYS_pwrite64, fd, arena.text + done, arena.text_used - done, done);
    if (n > 0)
      done += n;
    else {
      ups_sys(SYS_close, fd);
      fd = -1;
    }
  }
  return fd;
}

/* The kernel did not copy the writable alias into this child. */
void ups_arena_forked(int copy) {
  if (!arena.shared)
    return;
  arena.alias = 0;
  arena.lent = false;
  if (copy >= 0)
    map_shared(copy, arena.text, arena.size);
}

/* Replaces shared text by a copy, at the same addresses: threads that run there meanwhile find the one or the other. */
bool ups_arena_own(void) {
  uint8_t *old = arena.alias;
  if (!arena.shared || (old && !arena.lent))
    return true;
  if (ups_fault(UPS_FAULT_FORK) || !map_shared(ups_arena_copy(), arena.text, arena.size))
    return false;
  if (old)
    ups_sys(SYS_munmap, old, arena.size);
  arena.lent = false;
  use_large_pages(arena.text, arena.text_used);
  return true;
}
