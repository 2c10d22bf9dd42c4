/* vector.c - arrays that grow: mremap moves pages, not bytes.  Sorting is by radix: keys with numbers are sorted, then each item
 * moves once. */
#include "vector.h"
#include "state.h"
#include <sys/mman.h>

/* A place for one more item. */
void *ups_vector_add(struct ups_vector *v) {
  if ((v->count + 1) * v->size > v->bytes) {
    size_t bytes = v->bytes ? 2 * v->bytes : 65536;
    long at = v->bytes ? ups_sys(SYS_mremap, v->items, v->bytes, bytes, MREMAP_MAYMOVE) : (long)ups_memory(bytes);
    if (!at || (at < 0 && at > -4096))
      return 0;
    v->items = (uint8_t *)at;
    v->bytes = bytes;
  }
  return v->items + v->size * v->count++;
}

struct key {
  uint64_t address, number;
};
#define DIGIT 12 /* bits */

static uint64_t address_of(const struct ups_vector *v, size_t i) {
  uint64_t address;
  __builtin_memcpy(&address, v->items + i * v->size, 8);
  return address;
}

/* One digit. */
static void sort_pass(const struct key *from, struct key *to, size_t count, unsigned shift) {
  size_t first[(1 << DIGIT) + 1] = {0};
  for (size_t i = 0; i < count; i++)
    first[(from[i].address >> shift & ((1 << DIGIT) - 1)) + 1]++;
  for (unsigned d = 0; d < 1 << DIGIT; d++)
    first[d + 1] += first[d];
  for (size_t i = 0; i < count; i++)
    to[first[from[i].address >> shift & ((1 << DIGIT) - 1)]++] = from[i];
}

/* Are they sorted already?  If not, *low is the lowest address, *bits the bits in which others differ from it. */
static bool is_sorted(const struct ups_vector *v, uint64_t *low, uint64_t *bits) {
  bool sorted = true;
  *low = v->count ? address_of(v, 0) : 0;
  for (size_t i = 1; i < v->count; i++) {
    uint64_t address = address_of(v, i);
    sorted &= address_of(v, i - 1) <= address;
    *low = address < *low ? address : *low;
  }
  *bits = 0;
  for (size_t i = 0; i < v->count && !sorted; i++)
    *bits |= address_of(v, i) - *low;
  return sorted;
}

/* An item; its size is a multiple of 8. */
static void copy_item(uint8_t *to, const uint8_t *from, size_t size) {
  for (size_t i = 0; i < size; i += 8)
    __builtin_memcpy(to + i, from + i, 8);
}

/* Sorts the items. */
bool ups_vector_sort(struct ups_vector *v) {
  size_t n = v->count, bytes = (n + 1) * sizeof(struct key);
  uint64_t low, bits;
  if (is_sorted(v, &low, &bits))
    return true;
  struct key *memory = ups_memory(2 * bytes), *keys = memory, *other = memory + n + 1;
  struct ups_vector sorted = {.items = ups_memory(v->bytes), .count = n, .size = v->size, .bytes = v->bytes};
  bool ok = memory && sorted.items;
  for (size_t i = 0; i < n && ok; i++)
    keys[i] = (struct key){address_of(v, i) - low, i};
  for (unsigned shift = (unsigned)__builtin_ctzll(bits | 1ull << 63); shift < 64 && bits >> shift && ok; shift += DIGIT) {
    sort_pass(keys, other, n, shift);
    struct key *swap = keys;
    keys = other;
    other = swap;
  }
  for (size_t i = 0; i < n && ok; i++) {
    __builtin_prefetch(v->items + keys[i + 8 < n ? i + 8 : i].number * v->size);
    copy_item(sorted.items + i * v->size, v->items + keys[i].number * v->size, v->size);
  }
  ups_memory_free(memory, 2 * bytes);
  ups_vector_free(ok ? v : &sorted);
  if (ok)
    *v = sorted;
  return ok;
}

/* Gives its memory back. */
void ups_vector_free(struct ups_vector *v) {
  ups_memory_free(v->items, v->bytes);
  *v = (struct ups_vector){.size = v->size};
}
