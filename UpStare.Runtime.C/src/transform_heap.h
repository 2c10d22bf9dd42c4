/* transform_heap.h - heap objects in an update that converts data. */
#ifndef UPS_TRANSFORM_HEAP_H
#define UPS_TRANSFORM_HEAP_H
#include "transform.h"

/* Notes the heap objects that move, with memory for them from malloc, and those that hold pointers. */
enum ups_error ups_heap_note(const struct ups_patch *patch);
/* Those that stay; the one that holds an address, or 0. */
struct ups_object *ups_heap_staying(size_t *count);
struct ups_object *ups_heap_staying_at(uintptr_t address);
/* Looks at the pointers in heap objects that stay. */
enum ups_error ups_heap_visit(void);
/* Gives back the old memory of objects that moved, or, when nothing was committed, the new. */
void ups_heap_end(bool committed);
#endif
