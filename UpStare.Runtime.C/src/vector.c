/* vector.c - arrays that grow: mremap moves pages, not bytes. */
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

/* Gives its memory back. */
void ups_vector_free(struct ups_vector *v) {
  ups_memory_free(v->items, v->bytes);
  *v = (struct ups_vector){.size = v->size};
}
