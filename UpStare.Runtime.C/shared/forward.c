/* forward.c - what takes the runtime's place in a shared library.
 *
 * A unit is compiled before anybody knows whether it becomes part of an executable or of a library.  So the objects of a library call
 * the wrappers, too; the runtime and its state are the executable's alone, and hidden.  Linked into each library, these symbols
 * make the calls what the source says: read is read.  To an update, code of a library is foreign code.
 *
 * In: THE list of wrapped calls.  A jump keeps every argument as it is, so no types are needed. */
#include "../src/away.h"
#include "../src/blocking.h"
#include "../src/heap.h"
#include "../src/wrap_forks.h"
#include "../src/wrap_signals.h"
#include <malloc.h>
#include <stdlib.h>

#if defined __x86_64__
#define FORWARD_TO(name) "jmp " #name "@PLT"
#elif defined __aarch64__
#define FORWARD_TO(name) "b " #name
#else
#error "no jump for this processor"
#endif

#define FORWARD(name)                                                                                             \
  __asm__(".text\n\t.globl __upstare_" #name "\n\t.hidden __upstare_" #name "\n\t.type __upstare_" #name ",@function\n" \
          "__upstare_" #name ":\n\t" FORWARD_TO(name) "\n\t.size __upstare_" #name ",.-__upstare_" #name "\n");

UPS_BLOCKING_CALLS(FORWARD)
UPS_SIGNAL_CALLS(FORWARD)
UPS_FORK_CALLS(FORWARD)
UPS_AWAY_CALLS(FORWARD)

/* -fupstare-away=: the stub has the function's address. */
#if defined __x86_64__
__asm__(".text\n\t.globl __upstare_away_call\n\t.hidden __upstare_away_call\n\t.type __upstare_away_call,@function\n"
        "__upstare_away_call:\n\tjmp *%r11\n\t.size __upstare_away_call,.-__upstare_away_call\n");
#endif

/* -fupstare-heap=types: what a library allocates is not remembered, and what it frees may be the program's. */
const char __upstare_heap_watch = 0;
void *__upstare_malloc(unsigned type, size_t size) { return (void)type, malloc(size); }
void *__upstare_calloc(unsigned type, size_t count, size_t size) { return (void)type, calloc(count, size); }
void *__upstare_realloc(unsigned type, void *memory, size_t size) { return (void)type, realloc(memory, size); }
void *__upstare_reallocarray(unsigned type, void *memory, size_t count, size_t size) { return (void)type, reallocarray(memory, count, size); }
void *__upstare_aligned_alloc(unsigned type, size_t alignment, size_t size) { return (void)type, aligned_alloc(alignment, size); }
void *__upstare_memalign(unsigned type, size_t alignment, size_t size) { return (void)type, memalign(alignment, size); }
void *__upstare_valloc(unsigned type, size_t size) { return (void)type, valloc(size); }
int __upstare_posix_memalign(unsigned type, void **memory, size_t alignment, size_t size) { return (void)type, posix_memalign(memory, alignment, size); }
void __upstare_free(void *memory) { free(memory); }
void __upstare_allocating(unsigned type) { (void)type; }

/* upstare.h: nothing can begin here, with or without a region around it. */
void __upstare_update_point(void) {}
void __upstare_no_update_begin(void) {}
void __upstare_no_update_end(void) {}

/* -fupstare-poll=flag: never set. */
unsigned char __upstare_flag;

/* See src/linked.c. */
const char __upstare_missing__link_with_upstare_cc __attribute__((visibility("hidden"))) = 0;
