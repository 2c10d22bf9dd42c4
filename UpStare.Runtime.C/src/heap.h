/* heap.h - what heap objects are: with -fupstare-heap=types every allocation of the program is remembered with its type
 * and its size.
 *
 * One entry of 16 bytes an allocation in hash tables by address, so the memory that the program gets is what malloc gives
 * it, any allocator will do, and an address inside of an object can be told from one that is none. */
#ifndef UPS_HEAP_H
#define UPS_HEAP_H
#include "sys.h"

/* A remembered allocation. */
struct ups_block {
  uintptr_t at;
  uint64_t size;
  uint32_t key; /* of the type of its elements; 0: the program does not say */
};

/* The compiler turns a call of NAME (...) into one of __upstare_NAME (key, ...). */
void *__upstare_malloc(uint32_t key, size_t size);
void *__upstare_calloc(uint32_t key, size_t count, size_t size);
void *__upstare_realloc(uint32_t key, void *memory, size_t size);
void *__upstare_reallocarray(uint32_t key, void *memory, size_t count, size_t size);
void *__upstare_aligned_alloc(uint32_t key, size_t alignment, size_t size);
void *__upstare_memalign(uint32_t key, size_t alignment, size_t size);
void *__upstare_valloc(uint32_t key, size_t size);
int __upstare_posix_memalign(uint32_t key, void **memory, size_t alignment, size_t size);
void __upstare_free(void *memory);
/* A function that is declared an allocator is about to be called, for a type. */
void __upstare_allocating(uint32_t key);

/* How memory is given back. */
struct ups_giving_back {
  void (*free)(void *);
  void *(*realloc)(void *, size_t);
};
/* Fills in what lies behind the `free` and `realloc` of heap_watch.c; are they what libraries call?  Absent in a program that does not
 * remember allocations. */
bool ups_heap_watch(struct ups_giving_back *behind) __attribute__((weak));
/* Memory is given back by somebody else. */
void ups_heap_forget(void *memory);
/* Gives memory back that is not remembered (any more). */
void ups_heap_give_back(void *memory);
/* Is nothing remembered that others could have given back unseen? */
bool ups_heap_is_sure(void);

/* Calls visit(block, argument) for every block until it returns false; returns whether it never did.  Nobody allocates
 * meanwhile. */
bool ups_heap_each(bool (*visit)(const struct ups_block *, void *), void *argument);
/* Has every allocation been remembered? */
bool ups_heap_complete(void);
/* New tables, of the blocks of the new version; the old ones stay until ups_heap_switch, which cannot fail.  False: no
 * memory. */
bool ups_heap_fresh(const struct ups_block *blocks, size_t count);
void ups_heap_switch(void);
/* Forgets the new tables. */
void ups_heap_fresh_drop(void);
#endif
