/* transform.h - data of the old version become data of the new one: between the unrolling and the commit. */
#ifndef UPS_TRANSFORM_H
#define UPS_TRANSFORM_H
#include "state.h"

/* Converts data and finds new values for pointers to what moves.  Called when every thread has unrolled and the
 * surviving parts of the stacks are back in place; writes to new memory only, to frames that are not entered yet and to
 * stacks that the roll-back restores.  Anything but UPS_NONE leaves the program's data as they were; *reason says more. */
enum ups_error ups_transform(const struct ups_patch *patch, struct ups_reason *reason);
/* Writes the pointers that ups_transform found; cannot fail. */
void ups_transform_commit(void);
/* Forgets what ups_transform made, after the commit or instead of it. */
void ups_transform_end(bool committed);

/* An old object that moves. */
struct ups_object {
  uintptr_t old, old_end, new; /* new: 0 until it has a place */
  uint32_t type;               /* of one element */
  uint32_t flags;              /* UPS_OBJECT_* */
  uintptr_t used;              /* COUNTED: what lies behind it in the old object holds nothing */
};
enum {
  UPS_OBJECT_CONST = 1, /* what the new place holds is the new version's own */
  UPS_OBJECT_HEAP = 2,  /* its memory is malloc's */
  UPS_OBJECT_SEEN = 4,  /* some pointer leads to it */
  UPS_OBJECT_ARRAY = 8, /* found by a length of the map's, in memory of which nothing else is known */
  UPS_OBJECT_COUNTED = 16, /* a length says how much of it is used */
  UPS_OBJECT_WHOLE = 32, /* lengths were looked for in all of it */
  UPS_OBJECT_OWNER = 64 /* ARRAY: its new place is the start of an allocation */
};
/* The end of what is used. */
static inline uintptr_t ups_used_end(const struct ups_object *o) { return o->flags & UPS_OBJECT_COUNTED ? o->used : o->old_end; }
/* Notes an object that moves.  False: no memory. */
bool ups_object_add(const struct ups_object *object);
/* All of them. */
struct ups_object *ups_objects(size_t *count);
/* Bytes that data of `size` bytes of a type take in the new version. */
uint64_t ups_new_size(uint32_t type, uint64_t size);
/* Looks at the pointers in a heap object that stays; type UPSTARE_NONE: at every word of it. */
enum ups_error ups_visit(uint32_t type, uintptr_t at, uint64_t size);
#endif
