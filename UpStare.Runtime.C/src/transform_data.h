/* transform_data.h - what the parts of the data transformation share: nobody else includes it.
 *
 *   transform.c           all of it, in order; conversion
 *   transform_heap.c      objects on the heap
 *   transform_arrays.c    arrays whose length the user's map says, and transform_array_places.c
 *   transform_places.c    every place that can hold a pointer
 *   transform_pointers.c  where a pointer leads, and its new value
 *   transform_steps.c     what the user's map adds */
#ifndef UPS_TRANSFORM_DATA_H
#define UPS_TRANSFORM_DATA_H
#include "patch.h"
#include "transform.h"
#include "vector.h"

#define ANY UPSTARE_NONE
#define UPS_SENTINEL 4096 /* below lie values that programs use as marks */

extern struct ups_data {
  const struct ups_patch *patch;
  const struct upstare_type *types;
  const struct upstare_part *parts;
  struct ups_vector objects; /* struct ups_object */
  struct ups_reason *reason;
  const char *where;   /* what is looked at, for messages */
  const char *refused; /* a transformer's reason */
} ups_data __attribute__((visibility("hidden")));

/* Says why not. */
enum ups_error ups_refuse(enum ups_error error, const char *what, const char *more);
/* The name of a type, for messages. */
const char *ups_type_name(uint32_t type);
/* An object that moves. */
static inline struct ups_object *ups_object(size_t i) { return (struct ups_object *)ups_data.objects.items + i; }
/* The array without a size that data of a type end in, or 0: such an object is no array of that type. */
static inline const struct upstare_part *ups_open_end(const struct upstare_type *type) {
  const struct upstare_part *last = type->part_count && type->kind == UPSTARE_TYPE_RECORD ? &ups_data.parts[type->parts + type->part_count - 1] : 0;
  return last && last->count == UPSTARE_NONE ? last : 0;
}
/* The part of a CHOICE that an old record holds; 0: none of them. */
const struct upstare_part *ups_choose(const struct upstare_type *choice, const void *record);
/* Does a thread take part: is it stopped, or has it not begun? */
bool ups_takes_part(const struct ups_thread *thread);
/* Where the running version has a variable; 0: nowhere, or in each thread. */
uintptr_t ups_variable_place(const struct upstare_variable *v);
/* The values of the new frame that a part writes to. */
uint8_t *ups_values_of(const struct ups_thread *thread, const struct ups_part *part);

/* transform_pointers.c: sorts the objects, so that pointers can be looked up; the new value of a pointer to `target`. */
enum ups_error ups_pointers_prepare(void);
enum ups_error ups_map_pointer(uintptr_t value, uint32_t target, uintptr_t *result);
/* The object that holds an address, or 0. */
struct ups_object *ups_object_at(uintptr_t address);
/* Is something of a type at an address in an object? */
bool ups_is_part(const struct ups_object *o, uintptr_t address, uint32_t type);
void ups_pointers_end(void);

/* transform_places.c: looks at everything that can hold pointers. */
enum ups_error ups_places_visit(void);
/* The same for a value of a type that nobody sees yet. */
enum ups_error ups_visit_value(uint32_t type, void *value);
/* Writes the pointers in what stays. */
void ups_places_commit(void);
void ups_places_end(void);

/* transform_steps.c: runs the steps of a kind; what they compute is in place after the commit. */
void ups_steps_run(enum upstare_step_kind kind);
/* Looks at the pointers in computed values. */
enum ups_error ups_steps_visit(void);
void ups_steps_commit(void);
void ups_steps_end(void);
#endif
