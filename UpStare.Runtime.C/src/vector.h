/* vector.h - arrays that grow, in mappings of their own. */
#ifndef UPS_VECTOR_H
#define UPS_VECTOR_H
#include "sys.h"

struct ups_vector {
  uint8_t *items;
  size_t count, size, bytes; /* items, bytes of an item (a multiple of 8), bytes of the mapping */
};
/* A place for one more item, or 0: no memory. */
void *ups_vector_add(struct ups_vector *v);
/* Sorts the items by their first field, an address.  False: no memory; nothing is changed. */
bool ups_vector_sort(struct ups_vector *v);
/* Gives its memory back. */
void ups_vector_free(struct ups_vector *v);
#endif
