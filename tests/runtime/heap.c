/* heap.c - the table of allocations against a plain list of them: random calls of all kinds, checked whenever it has grown
 * and shrunk again; and that new tables replace the old ones. */
#include "check.h"
#include "heap.h"
#include <stdlib.h>
#include <string.h>

#define MANY 20000
static struct ups_block have[MANY];
static size_t count;
static uint32_t random_state = 1;

static uint32_t next(void) {
  random_state = random_state * 1103515245 + 12345;
  return random_state >> 8;
}

/* Is a block of the table one of ours?  Each is counted. */
static bool known(const struct ups_block *b, void *argument) {
  for (size_t i = 0; i < count; i++)
    if (have[i].at == b->at) {
      CHECK(have[i].size == b->size && have[i].key == b->key, "block %zu: %lu bytes of %u", i, b->size, b->key);
      ++*(size_t *)argument;
      return true;
    }
  CHECK(false, "a block that is nobody's");
  return true;
}

static void check(void) {
  size_t seen = 0;
  ups_heap_each(known, &seen);
  CHECK(seen == count, "%zu blocks of %zu", seen, count);
}

/* One call. */
static void step(void) {
  uint32_t key = next() % 5, size = next() % 300 + 1, i = count ? next() % count : 0;
  if (key == 1)
    key = 7; /* 1 is not remembered */
  if (key == 2)
    key = 8; /* 2 asks for the caller's */
  switch (next() % 8) {
  case 0 ... 3:
    if (count < MANY)
      have[count++] = (struct ups_block){(uintptr_t)(next() % 2 ? __upstare_malloc(key, size) : __upstare_calloc(key, size, 1)), size, key};
    break;
  case 4:
    if (count)
      have[i] = (struct ups_block){(uintptr_t)__upstare_realloc(key, (void *)have[i].at, size), size, key};
    break;
  case 5:
    __upstare_free(__upstare_malloc(1, size));
    break;
  default:
    if (count) {
      __upstare_free((void *)have[i].at);
      have[i] = have[--count];
    }
  }
}

/* New tables, in which every block is elsewhere, and larger. */
static bool move_all(void) {
  static struct ups_block moved[MANY];
  for (size_t i = 0; i < count; i++)
    moved[i] = (struct ups_block){have[i].at + 16, have[i].size + 1, have[i].key};
  return ups_heap_fresh(moved, count);
}

int main(void) {
  for (int i = 0; i < 6000; i++)
    step();
  check();
  while (count > 10) {
    __upstare_free((void *)have[--count].at);
    if (count % 500 == 0)
      check();
  }
  check();
  __upstare_allocating(77);
  have[count] = (struct ups_block){(uintptr_t)__upstare_malloc(2, 5), 5, 77};
  count++;
  check();
  CHECK(move_all(), "no memory");
  ups_heap_fresh_drop();
  check();
  CHECK(move_all(), "no memory");
  ups_heap_switch();
  for (size_t i = 0; i < count; i++) {
    have[i].at += 16;
    have[i].size++;
  }
  check();
  CHECK(ups_heap_complete(), "something was not remembered");
  CHECK(!__upstare_reallocarray(0, 0, SIZE_MAX / 2, 3), "an overflow");
  return RESULT();
}
