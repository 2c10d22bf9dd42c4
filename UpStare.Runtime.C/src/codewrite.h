/* codewrite.h - writing where the program's pages are not writable: sites, entry jumps, constants. */
#ifndef UPS_CODEWRITE_H
#define UPS_CODEWRITE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ups_writer {
  uintptr_t low, high; /* pages that were made writable; empty: none */
  int restore;         /* their protection */
  int fd;              /* of /proc/self/mem; -1: not used */
};
/* Makes [low, high) of the executable writable, or finds another way.  False: the system forbids it.  Addresses
 * in the arena need no opening: a constant may lie in its data, having been a variable once. */
bool ups_writer_open(struct ups_writer *w, uintptr_t low, uintptr_t high);
/* Writes bytes at an address. */
bool ups_writer_put(struct ups_writer *w, uintptr_t address, const void *bytes, size_t size);
/* Must writes be few and large (each is a system call)? */
bool ups_writer_slow(const struct ups_writer *w, uintptr_t address);
/* Puts the protection back. */
void ups_writer_close(struct ups_writer *w);
#endif
