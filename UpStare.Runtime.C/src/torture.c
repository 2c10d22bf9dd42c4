/* torture.c - at every k-th point: stop, unroll to the base, compare the program's writable memory with a copy taken
 * at the stop, write stack and registers back, go on.  Unrolling runs compiled code with dummy values; any
 * store it makes to memory that outlives the stack is a bug of the code generator, and shows here.
 *
 * Compares the executable's writable segments and the brk heap (not mmap'ed blocks, not libraries).  At exit it
 * prints its counts and, if anything differed, makes the exit status 86. */
#include "state.h"
#include "executable.h"
#include "report.h"
#include "torture.h"
#include <stdio.h>
#include <stdlib.h>
#include <fcntl.h>

#define RANGES 8
#define DIFFERENT 86

struct range {
  uintptr_t at;
  size_t size;
  uint8_t *copy;
  size_t room;
};
struct ups_torture {
  uint64_t rolled_back, skipped, differences;
  uintptr_t heap;
  unsigned count; /* ranges; the last is the heap */
  struct range ranges[RANGES];
};

/* Where the heap begins: the 47th field of /proc/self/stat, counted after the name's closing bracket. */
static uintptr_t heap_start(void) {
  char buffer[2048];
  long fd = ups_sys(SYS_open, "/proc/self/stat", O_RDONLY | O_CLOEXEC);
  long n = fd < 0 ? 0 : ups_sys(SYS_read, fd, buffer, sizeof buffer - 1);
  if (fd >= 0)
    ups_sys(SYS_close, fd);
  if (n <= 0)
    return 0;
  buffer[n] = 0;
  long end = n;
  while (end > 0 && buffer[end] != ')')
    end--;
  uintptr_t value = 0;
  int field = 2;
  for (const char *p = buffer + end + 1; *p; p++) {
    if (*p == ' ')
      field++;
    else if (field == 47)
      value = value * 10 + (*p - '0');
  }
  return value;
}

/* Prints the counts; another exit status if memory differed. */
static void report(void) {
  const struct ups_torture *t = ups_state->torture;
  char buffer[256];
  struct ups_text text;
  fflush(0);
  ups_text_start(&text, buffer, sizeof buffer);
  ups_text_add(&text, "upstare: points ");
  ups_text_number(&text, ups_state->points);
  ups_text_add(&text, " roll-backs ");
  ups_text_number(&text, t->rolled_back);
  ups_text_add(&text, " skipped ");
  ups_text_number(&text, t->skipped);
  ups_text_add(&text, " differences ");
  ups_text_number(&text, t->differences);
  ups_text_add(&text, "\n");
  ups_text_print(&text);
  if (t->differences)
    ups_sys(SYS_exit_group, DIFFERENT);
}

/* Makes its memory and arranges the report. */
bool ups_torture_start(void) {
  struct ups_torture *t = ups_memory(sizeof *t);
  const Elf64_Phdr *p;
  if (!t)
    return false;
  for (unsigned i = 0; (p = ups_executable_header(i)) && t->count < RANGES - 1; i++)
    if (p->p_type == PT_LOAD && p->p_flags & PF_W)
      t->ranges[t->count++] = (struct range){.at = ups_executable_bias() + p->p_vaddr, .size = p->p_memsz};
  t->heap = heap_start();
  t->ranges[t->count++].at = t->heap;
  ups_state->torture = t;
  return atexit(report) == 0;
}

/* Copies all ranges. */
void ups_torture_copy(void) {
  struct ups_torture *t = ups_state->torture;
  struct range *heap = &t->ranges[t->count - 1];
  heap->size = t->heap ? (uintptr_t)ups_sys(SYS_brk, 0) - t->heap : 0;
  for (unsigned i = 0; i < t->count; i++) {
    struct range *r = &t->ranges[i];
    if (ups_memory_grow(&r->copy, &r->room, r->size))
      ups_copy(r->copy, (const void *)r->at, r->size);
  }
}

/* Says where one range differs first. */
static void differs(const struct range *r) {
  char buffer[512];
  struct ups_text text;
  size_t at = 0;
  while (((const uint8_t *)r->at)[at] == r->copy[at])
    at++;
  ups_text_start(&text, buffer, sizeof buffer);
  ups_text_add(&text, "upstare: roll-back difference at ");
  ups_text_hex(&text, r->at + at);
  ups_text_add(&text, " after point ");
  ups_text_number(&text, ups_state->points);
  ups_text_add(&text, ": ");
  ups_report_place(&text, ups_state->ticker);
  ups_text_add(&text, "\n");
  ups_text_print(&text);
}

/* Compares all ranges. */
void ups_torture_compare(void) {
  struct ups_torture *t = ups_state->torture;
  t->rolled_back++;
  for (unsigned i = 0; i < t->count; i++) {
    const struct range *r = &t->ranges[i];
    if (r->room >= r->size && !ups_same((const void *)r->at, r->copy, r->size)) {
      if (t->differences++ < 20)
        differs(r);
    }
  }
}

/* Counts a point where it could not stop. */
void ups_torture_skipped(void) { ups_state->torture->skipped++; }
