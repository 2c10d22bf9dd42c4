/* transform_arrays.h - arrays whose length the user's map says.
 *
 *   transform_arrays.c         finds them
 *   transform_array_places.c   what becomes of them: new places, and questions of those who look at pointers */
#ifndef UPS_TRANSFORM_ARRAYS_H
#define UPS_TRANSFORM_ARRAYS_H
#include "state.h"
#include "vector.h"

/* An array that a length has spoken of. */
struct ups_array {
  uintptr_t at, used, end; /* `used`: behind the last element that holds something */
  uint32_t type, pad;
};
static inline struct ups_array *ups_array(const struct ups_vector *v, size_t i) { return (struct ups_array *)v->items + i; }

/* Finds them when all other objects are known; those that move become objects, too. */
enum ups_error ups_arrays_note(void);
/* Sorts what was found, which is its own from now on, and gives those that move a place. */
enum ups_error ups_arrays_settle(struct ups_vector *found);
/* Is it a pointer to an array that has no room for any element? */
bool ups_arrays_is_empty(uintptr_t value, uint32_t type);
/* Does an array begin there, as a length says? */
bool ups_arrays_begin(uintptr_t value, uint32_t type);
/* Does an address lie in such an array? */
bool ups_arrays_know(uintptr_t address);
/* Calls visit(type, at, size) for those that stay and hold pointers. */
enum ups_error ups_arrays_visit(enum ups_error (*visit)(uint32_t, uintptr_t, uint64_t));
/* Forgets them; when nothing was committed, the new memory is given back. */
void ups_arrays_end(bool committed);
#endif
