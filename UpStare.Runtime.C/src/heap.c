/* heap.c - remembers allocations: 64 hash tables, each with its lock, so that threads seldom meet.
 *
 * An entry is taken out before the memory is given back (by libraries, too: heap_watch.c), and put in after it was got: whoever
 * gets the memory next finds its place empty.  Where no memory is left for an entry the allocation goes on, and updates that need types do not. */
#include "heap.h"
#include "state.h"
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <sys/single_threaded.h>

#define TABLES 64
#define SCALARS 1u /* key of memory that holds only numbers */
#define CALLERS 2u /* key in an allocator of the program: what its caller has named */

struct entry {
  uint64_t address;   /* 0: free */
  uint32_t key, size; /* size UINT32_MAX: that or more, malloc knows */
};
struct table {
  struct entry *entries;
  uint32_t count, mask;
  char lock;
  char pad[64 - 17]; /* a cache line each */
};
static struct table tables[TABLES] __attribute__((aligned(64))), fresh[TABLES];
static bool incomplete, begun, watched;
static struct ups_giving_back behind = {free, realloc};
static __thread uint32_t callers_key __attribute__((tls_model("initial-exec")));
static __thread bool forking __attribute__((tls_model("initial-exec"))); /* this thread has all locks */

static uint64_t hash(uint64_t address) { return (address >> 4) * 0x9e3779b97f4a7c15u; }
static unsigned table_of(uintptr_t address) { return hash(address) >> 58; }

static void lock(struct table *t) {
  if (__libc_single_threaded || forking)
    return;
  while (__atomic_test_and_set(&t->lock, __ATOMIC_ACQUIRE))
    sched_yield();
}
static void unlock(struct table *t) {
  if (!forking)
    __atomic_clear(&t->lock, __ATOMIC_RELEASE);
}

/* A child must not inherit a lock that a thread holds which it does not have.  What libraries do at a fork may free memory. */
static void before_fork(void) {
  for (int i = 0; i < TABLES; i++)
    lock(&tables[i]);
  forking = true;
}
static void after_fork(void) {
  forking = false;
  for (int i = 0; i < TABLES; i++)
    unlock(&tables[i]);
}

/* Puts an entry into a table that has room. */
static void put(struct entry *entries, uint32_t mask, struct entry e) {
  uint32_t i = (uint32_t)(hash(e.address) >> 20) & mask;
  while (entries[i].address && entries[i].address != e.address)
    i = (i + 1) & mask;
  entries[i] = e;
}

/* Makes a table larger when three quarters are full. */
static bool grow(struct table *t) {
  if (t->entries && t->count < (t->mask + 1ull) * 3 / 4)
    return true;
  uint32_t size = t->entries ? 2 * (t->mask + 1) : 256;
  struct entry *larger = size ? ups_memory(size * sizeof *larger) : 0;
  if (!larger)
    return false;
  for (uint32_t i = 0; t->entries && i <= t->mask; i++)
    if (t->entries[i].address)
      put(larger, size - 1, t->entries[i]);
  ups_memory_free(t->entries, (t->mask + 1ull) * sizeof *larger);
  t->entries = larger;
  t->mask = size - 1;
  return true;
}

static struct entry entry_of(uintptr_t at, uint32_t key, uint64_t size) {
  return (struct entry){at, key, size < UINT32_MAX ? (uint32_t)size : UINT32_MAX};
}

/* Before the first entry. */
static void begin(void) {
  begun = true;
  pthread_atfork(before_fork, after_fork, after_fork);
  watched = ups_heap_watch && ups_heap_watch(&behind);
}

/* Remembers an allocation; returns it. */
static void *remember(void *memory, uint32_t key, uint64_t size) {
  if (key == CALLERS) {
    key = callers_key;
    callers_key = 0;
  }
  if (!memory || key == SCALARS)
    return memory;
  if (!begun)
    begin();
  struct table *t = &tables[table_of((uintptr_t)memory)];
  lock(t);
  if (grow(t)) {
    put(t->entries, t->mask, entry_of((uintptr_t)memory, key, size));
    t->count++;
  } else
    incomplete = true;
  unlock(t);
  return memory;
}

/* Closes the gap that an entry leaves. */
static void take_out(struct table *t, uint32_t gap) {
  for (uint32_t i = (gap + 1) & t->mask; t->entries[i].address; i = (i + 1) & t->mask) {
    uint32_t home = (uint32_t)(hash(t->entries[i].address) >> 20) & t->mask;
    if (((i - home) & t->mask) >= ((i - gap) & t->mask)) {
      t->entries[gap] = t->entries[i];
      gap = i;
    }
  }
  t->entries[gap].address = 0;
  t->count--;
}

/* Forgets an allocation; *entry is what was known of it.  False: nothing was. */
static bool forget(void *memory, struct entry *entry) {
  struct table *t = &tables[table_of((uintptr_t)memory)];
  bool found = false;
  if (!memory)
    return false;
  lock(t);
  if (t->entries) {
    uint32_t i = (uint32_t)(hash((uintptr_t)memory) >> 20) & t->mask;
    while (t->entries[i].address && t->entries[i].address != (uintptr_t)memory)
      i = (i + 1) & t->mask;
    if (t->entries[i].address) {
      *entry = t->entries[i];
      take_out(t, i);
      found = true;
    }
  }
  unlock(t);
  return found;
}

void *__upstare_malloc(uint32_t key, size_t size) { return remember(malloc(size), key, size); }
void *__upstare_calloc(uint32_t key, size_t count, size_t size) { return remember(calloc(count, size), key, count * size); }
void *__upstare_aligned_alloc(uint32_t key, size_t alignment, size_t size) { return remember(aligned_alloc(alignment, size), key, size); }
void *__upstare_memalign(uint32_t key, size_t alignment, size_t size) { return remember(memalign(alignment, size), key, size); }
void *__upstare_valloc(uint32_t key, size_t size) { return remember(valloc(size), key, size); }
int __upstare_posix_memalign(uint32_t key, void **memory, size_t alignment, size_t size) {
  int error = posix_memalign(memory, alignment, size);
  if (!error)
    remember(*memory, key, size);
  return error;
}

/* What it was is forgotten before it may move; a failure leaves it as it was. */
void *__upstare_realloc(uint32_t key, void *memory, size_t size) {
  struct entry old = {0};
  bool known = forget(memory, &old);
  void *moved = behind.realloc(memory, size);
  if (!moved && size && known)
    remember(memory, old.key, old.size);
  return remember(moved, key, size);
}
void *__upstare_reallocarray(uint32_t key, void *memory, size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) {
    errno = ENOMEM;
    return 0;
  }
  return __upstare_realloc(key, memory, count * size);
}

/* The next allocation of a function that is declared an allocator is for this type. */
void __upstare_allocating(uint32_t key) { callers_key = key; }

/* Somebody else gives memory back. */
void ups_heap_forget(void *memory) {
  struct entry old;
  forget(memory, &old);
}
void ups_heap_give_back(void *memory) { behind.free(memory); }

/* Gives memory back. */
void __upstare_free(void *memory) {
  ups_heap_forget(memory);
  behind.free(memory);
}

/* Visits every block. */
bool ups_heap_each(bool (*visit)(const struct ups_block *, void *), void *argument) {
  for (int k = 0; k < TABLES; k++)
    for (uint32_t i = 0; tables[k].entries && i <= tables[k].mask; i++) {
      const struct entry *e = &tables[k].entries[i];
      struct ups_block b = {e->address, e->size, e->key};
      if (e->address && e->size == UINT32_MAX)
        b.size = malloc_usable_size((void *)b.at);
      if (e->address && !visit(&b, argument))
        return false;
    }
  return true;
}

/* Does no entry outlive its memory? */
bool ups_heap_is_sure(void) { return !begun || watched; }

/* Has every allocation been remembered? */
bool ups_heap_complete(void) { return !incomplete; }

/* Makes the new tables.  One after the other, so that each stays in the cache while it is filled: first the numbers of the blocks are put in
 * the order of their tables. */
bool ups_heap_fresh(const struct ups_block *blocks, size_t count) {
  size_t next[TABLES + 1] = {0}, bytes = (count + 1) * sizeof(uint32_t);
  uint32_t *order = ups_memory(bytes);
  bool ok = order;
  for (size_t i = 0; i < count; i++)
    next[table_of(blocks[i].at) + 1]++;
  for (int k = 0; k < TABLES && ok; k++) {
    uint32_t size = 256;
    while (size < next[k + 1] * 2)
      size *= 2;
    fresh[k] = (struct table){.entries = ups_memory(size * sizeof(struct entry)), .mask = size - 1, .count = (uint32_t)next[k + 1]};
    ok = fresh[k].entries;
    next[k + 1] += next[k];
  }
  for (size_t i = 0; i < count && ok; i++)
    order[next[table_of(blocks[i].at)]++] = (uint32_t)i;
  for (size_t i = 0; i < count && ok; i++) {
    __builtin_prefetch(&blocks[order[i + 8 < count ? i + 8 : i]]);
    const struct ups_block *b = &blocks[order[i]];
    struct table *t = &fresh[table_of(b->at)];
    put(t->entries, t->mask, entry_of(b->at, b->key, b->size));
  }
  ups_memory_free(order, bytes);
  return ok;
}

/* The new tables become the ones in use. */
void ups_heap_switch(void) {
  for (int k = 0; k < TABLES; k++) {
    struct table old = tables[k];
    tables[k].entries = fresh[k].entries;
    tables[k].count = fresh[k].count;
    tables[k].mask = fresh[k].mask;
    fresh[k] = old;
  }
  ups_heap_fresh_drop();
}

/* Forgets the new tables. */
void ups_heap_fresh_drop(void) {
  for (int k = 0; k < TABLES; k++) {
    ups_memory_free(fresh[k].entries, fresh[k].entries ? (fresh[k].mask + 1ull) * sizeof(struct entry) : 0);
    fresh[k] = (struct table){0};
  }
}
