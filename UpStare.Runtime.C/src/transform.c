/* transform.c - converts data, and gives pointers to what moves their new values.
 *
 *   objects that move      variables with new storage, escaped locals whose type changed (new storage on the stack, below
 *                          everything that survives), heap objects of a changed type
 *   places with pointers   those objects, at their new places; variables, locals and heap objects that stay
 *
 * First all objects that move are known, sorted by address; then each is converted; then every place that can hold a
 * pointer is looked at.  A pointer's value says which object it leads into, its type says to what in there.  One that
 * leads to data of a changed type which is no object that moves ends it: nobody knows what is there.
 *
 * Nothing that the program can see is written: pointers in what stays go to a log, which the commit writes. */
#include "transform.h"
#include "blocking_call.h"
#include "commit.h"
#include "guard.h"
#include "patch.h"
#include "stop.h"
#include "transform_heap.h"
#include "vector.h"

#define SENTINEL 4096 /* below lie values that programs use as marks */
#define ANY UPSTARE_NONE

/* A pointer to write at the commit. */
struct write {
  uintptr_t at, value;
  bool read_only;
};

static struct transform {
  const struct ups_patch *patch;
  const struct upstare_type *types;
  const struct upstare_part *parts;
  struct ups_vector objects, writes;
  uint32_t *starts;   /* hash table: numbers of objects by their address, plus 1 */
  size_t starts_size; /* bytes */
  struct ups_reason *reason;
  const char *where;  /* what is looked at, for messages */
  const char *refused; /* a transformer's reason */
  char detail[256];
} t = {.objects.size = sizeof(struct ups_object), .writes.size = sizeof(struct write)};

/* How a place with pointers is written to. */
enum how { AT_ONCE, LATER, LATER_READ_ONLY };

static struct ups_object *object(size_t i) { return (struct ups_object *)t.objects.items + i; }
static const char *type_name(uint32_t type) { return ups_patch_string(t.patch->blob, t.types[type].name); }

/* Says why not. */
static enum ups_error refuse(enum ups_error error, const char *what, const char *more) {
  struct ups_text text;
  ups_text_start(&text, t.detail, sizeof t.detail);
  ups_text_add(&text, what);
  ups_text_add(&text, more);
  ups_text_add(&text, *t.where ? " in " : "");
  ups_text_add(&text, t.where);
  *t.reason = (struct ups_reason){.error = error, .detail = t.detail};
  return error;
}

/* Notes an object that moves. */
bool ups_object_add(const struct ups_object *o) {
  struct ups_object *place = ups_vector_add(&t.objects);
  if (place)
    *place = *o;
  return place;
}

/* All of them. */
const struct ups_object *ups_objects(size_t *count) {
  *count = t.objects.count;
  return object(0);
}

/* ---- Where a pointer leads ---------------------------------------------------------------------------- */

static size_t start_slot(uintptr_t address) { return (address >> 4) * 0x9e3779b97f4a7c15u >> 20 & (t.starts_size / 4 - 1); }

/* Most pointers lead to the start of an object: found without a search. */
static bool make_starts(void) {
  t.starts_size = 4096;
  while (t.starts_size < 8 * t.objects.count)
    t.starts_size *= 2;
  if (!(t.starts = ups_memory(t.starts_size)))
    return false;
  for (size_t i = 0; i < t.objects.count; i++) {
    size_t slot = start_slot(object(i)->old);
    while (t.starts[slot])
      slot = (slot + 1) & (t.starts_size / 4 - 1);
    t.starts[slot] = (uint32_t)i + 1;
  }
  return true;
}

/* The object whose bytes hold an address, or the last one that begins before it. */
static struct ups_object *before(uintptr_t address) {
  size_t low = 0, high = t.objects.count;
  for (size_t slot = start_slot(address); t.starts[slot]; slot = (slot + 1) & (t.starts_size / 4 - 1))
    if (object(t.starts[slot] - 1)->old == address)
      return object(t.starts[slot] - 1);
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (object(middle)->old <= address)
      low = middle + 1;
    else
      high = middle;
  }
  return low ? object(low - 1) : 0;
}

/* The part of a type that holds an offset; *index is the element. */
static const struct upstare_part *part_at(const struct upstare_type *type, uint64_t offset, uint64_t *index) {
  for (uint32_t i = 0; i < type->part_count; i++) {
    const struct upstare_part *p = &t.parts[type->parts + i];
    uint64_t stride = t.types[p->type].old_size;
    if (offset < p->old_offset || !stride)
      continue;
    *index = (offset - p->old_offset) / stride;
    if (p->count == UPSTARE_NONE || *index < p->count)
      return p;
  }
  return 0;
}

/* The new offset of what a pointer to `wanted` means at an offset of old data.  A pointer to anything means the outermost
 * thing that begins there, or a byte of data that stay as they are.  False: nothing in the new version is that. */
static bool new_offset(uint32_t number, uint64_t offset, uint32_t wanted, uint64_t *result) {
  const struct upstare_type *type = &t.types[number];
  uint64_t index, inner;
  if (!offset && wanted == number) {
    *result = 0;
    return true;
  }
  const struct upstare_part *p = part_at(type, offset, &index);
  if (p) {
    const struct upstare_type *element = &t.types[p->type];
    if (new_offset(p->type, offset - p->old_offset - index * element->old_size, wanted, &inner)) {
      *result = p->new_offset + index * element->new_size + inner;
      return wanted != ANY || offset || !*result; /* the struct, or its first field, which lies elsewhere now? */
    }
  }
  if (wanted != ANY)
    return false;
  *result = offset;
  return !offset || (!p && !(type->flags & UPSTARE_TYPE_CHANGED) && offset < type->old_size);
}

/* The new address of what a pointer into an object leads to. */
static bool new_address(const struct ups_object *o, uintptr_t value, uint32_t wanted, uintptr_t *result) {
  const struct upstare_type *type = &t.types[o->type];
  uint64_t offset = value - o->old, index = type->old_size ? offset / type->old_size : 0, inner;
  offset -= index * type->old_size;
  if (!new_offset(o->type, offset, wanted, &inner))
    return false;
  *result = o->new + index * type->new_size + inner;
  return true;
}

/* A pointer just behind the last element of an array that moves. */
static bool end_address(const struct ups_object *o, uintptr_t value, uint32_t wanted, uintptr_t *result) {
  if (wanted == ANY || value != o->old_end || !t.types[o->type].old_size || !t.types[wanted].old_size || t.types[wanted].old_size > value - o->old)
    return false;
  const struct upstare_type *type = &t.types[o->type];
  uint64_t offset = value - t.types[wanted].old_size - o->old, index = offset / type->old_size, inner;
  if (!new_offset(o->type, offset - index * type->old_size, wanted, &inner))
    return false;
  *result = o->new + index * type->new_size + inner + t.types[wanted].new_size;
  return true;
}

/* The values of the new frame that a part writes to. */
static uint8_t *values_of(const struct ups_thread *thread, const struct ups_part *part) { return thread->news[part->to].out->values; }

/* Is an address that of a local that stays? */
static bool thread_has(const struct ups_thread *thread, uintptr_t address) {
  for (uint32_t i = 0; i < thread->part_count; i++) {
    const struct ups_part *part = &thread->parts[i];
    for (uint32_t k = 0; k < part->move_count; k++)
      if (part->moves[k].kind == UPSTARE_MOVE_ADDRESS && ups_same(values_of(thread, part) + part->moves[k].to, &address, 8))
        return true;
  }
  return false;
}

/* Can an old variable be what a pointer to `target` leads to?  Of one that the new version does not have nobody knows. */
static bool may_be(uint32_t entity, uint32_t target) {
  const struct upstare_patch *p = t.patch->blob;
  const struct upstare_variable *v = ups_patch_table(p, p->variables);
  uint64_t offset;
  for (uint32_t i = 0; i < p->variables.count; i++)
    if (v[i].entity == entity)
      return new_offset(v[i].type, 0, target, &offset);
  return true;
}

/* Does a variable or a local that stays, and that a pointer to `target` may lead to, begin at an address? */
static bool begins_at(uintptr_t address, uint32_t target) {
  const struct ups_place *places = ups_old_places(t.patch);
  for (uint32_t i = 0; i < t.patch->blob->old_entities.count; i++)
    if (places[i].kind == UPSTARE_ENTITY_VARIABLE && places[i].address == address && may_be(i, target))
      return true;
  for (const struct ups_thread *thread = ups_state->threads; thread; thread = thread->next)
    if (thread->state == UPS_THREAD_LEAVES && thread_has(thread, address))
      return true;
  return false;
}

/* The new value of a pointer to `target`. */
static enum ups_error map_pointer(uintptr_t value, uint32_t target, uintptr_t *result) {
  struct ups_object *o = before(value);
  *result = value;
  if (o && value < o->old_end) {
    o->flags |= UPS_OBJECT_SEEN;
    uintptr_t end;
    bool is_end = o > object(0) && end_address(o - 1, value, target, &end);
    bool is_exact = new_address(o, value, target, result);
    if (is_end && is_exact && end != *result)
      return refuse(UPS_UNKNOWN_POINTER, "a pointer to the end of one object and the start of the next, ", type_name(target));
    if (is_end && !is_exact)
      *result = end;
    else if (!is_exact && (target == ANY || !new_address(o, value, ANY, result)))
      return refuse(UPS_UNKNOWN_POINTER, "a pointer into ", type_name(o->type));
    return UPS_NONE;
  }
  uintptr_t end;
  if (o && end_address(o, value, target, &end)) {
    /* Of a type that changed there is nothing that stays, which could begin here. */
    if (!(t.types[target].flags & UPSTARE_TYPE_CHANGED) && begins_at(value, target))
      return refuse(UPS_UNKNOWN_POINTER, "a pointer to the end of one object and the start of the next, ", type_name(target));
    *result = end;
    return UPS_NONE;
  }
  if (target != ANY && t.types[target].flags & UPSTARE_TYPE_CHANGED && value >= SENTINEL && value < -(uintptr_t)SENTINEL)
    return refuse(UPS_UNKNOWN_OBJECT, "a pointer to ", type_name(target));
  return UPS_NONE;
}

/* ---- Places with pointers ----------------------------------------------------------------------------- */

/* Notes or writes a pointer's new value. */
static enum ups_error change(uint8_t *at, uintptr_t value, enum how how) {
  if (how == AT_ONCE) {
    ups_copy(at, &value, 8);
    return UPS_NONE;
  }
  struct write *w = ups_vector_add(&t.writes);
  if (!w)
    return t.reason->error = UPS_NO_MEMORY;
  *w = (struct write){(uintptr_t)at, value, how == LATER_READ_ONLY};
  return w->read_only && !ups_commit_put(w->at, (const void *)w->at, 8) ? t.reason->error = UPS_TEXT_WRITE : UPS_NONE;
}

/* Bytes in which nobody knows what is a pointer: none of them may look like one to what moves. */
static enum ups_error scan(const uint8_t *at, uint64_t size) {
  uintptr_t value;
  for (uint64_t i = 0; i + 8 <= size; i += 8) {
    __builtin_memcpy(&value, at + i, 8);
    const struct ups_object *o = before(value);
    if (o && value < o->old_end)
      return refuse(UPS_UNKNOWN_POINTER, "bytes that look like a pointer to ", type_name(o->type));
  }
  return UPS_NONE;
}

/* Looks at the pointers in data of a type, laid out as the new version has it; `room` bytes are there. */
static enum ups_error visit(uint32_t number, uint8_t *at, uint64_t room, enum how how) {
  const struct upstare_type *type = &t.types[number];
  enum ups_error error = UPS_NONE;
  if (!(type->flags & UPSTARE_TYPE_POINTERS))
    return UPS_NONE;
  if (type->kind == UPSTARE_TYPE_UNSURE)
    return scan(at, type->new_size);
  if (type->kind == UPSTARE_TYPE_POINTER) {
    uintptr_t value, new;
    __builtin_memcpy(&value, at, 8);
    error = map_pointer(value, type->target, &new);
    return error || new == value ? error : change(at, new, how);
  }
  for (uint32_t i = 0; i < type->part_count; i++) {
    const struct upstare_part *p = &t.parts[type->parts + i];
    const struct upstare_type *element = &t.types[p->type];
    if (!(element->flags & UPSTARE_TYPE_POINTERS) || !element->new_size || p->new_offset > room)
      continue;
    uint64_t count = p->count == UPSTARE_NONE ? (room - p->new_offset) / element->new_size : p->count;
    for (uint64_t k = 0; k < count && !error; k++)
      error = visit(p->type, at + p->new_offset + k * element->new_size, element->new_size, how);
    if (error)
      return error;
  }
  return UPS_NONE;
}

/* The same for elements one after the other. */
static enum ups_error visit_all(uint32_t type, uintptr_t at, uint64_t size, enum how how) {
  uint64_t stride = t.types[type].new_size;
  enum ups_error error = UPS_NONE;
  if (stride && size < 2 * stride)
    return visit(type, (uint8_t *)at, size, how);
  for (uint64_t i = 0; stride && i + stride <= size && !error; i += stride)
    error = visit(type, (uint8_t *)at + i, stride, how);
  return error;
}

/* The same for a heap object that stays. */
enum ups_error ups_visit(uint32_t type, uintptr_t at, uint64_t size) {
  t.where = type == UPSTARE_NONE ? "memory that the program allocated without saying for what" : type_name(type);
  return type == UPSTARE_NONE ? scan((const uint8_t *)at, size) : visit_all(type, at, size, LATER);
}

/* ---- Conversion --------------------------------------------------------------------------------------- */

/* A transformer cannot convert a value. */
void __upstare_refuse(const char *reason) {
  if (!t.refused)
    t.refused = reason;
}

/* Converts one value. */
static void convert(uint32_t number, const void *from, void *to, uint64_t size) {
  const struct upstare_type *type = &t.types[number];
  if (type->transformer != UPSTARE_NONE)
    ((void (*)(const void *, void *, unsigned long))(t.patch->text + type->transformer))(from, to, size);
  else
    ups_copy(to, from, type->old_size < type->new_size ? type->old_size : type->new_size);
}

/* Elements of the flexible array at the end of an object; *part is that array. */
static uint64_t flexible(const struct upstare_type *type, uint64_t size, const struct upstare_part **part) {
  *part = type->part_count ? &t.parts[type->parts + type->part_count - 1] : 0;
  if (!*part || (*part)->count != UPSTARE_NONE || size < (*part)->old_offset || !t.types[(*part)->type].old_size)
    *part = 0;
  return *part ? (size - (*part)->old_offset) / t.types[(*part)->type].old_size : 0;
}

/* Converts an object, element by element; one with a flexible array is a single element. */
static void convert_object(const struct ups_object *o) {
  const struct upstare_type *type = &t.types[o->type];
  const struct upstare_part *part;
  uint64_t size = o->old_end - o->old;
  if (o->flags & UPS_OBJECT_CONST)
    return;
  if (size < 2ull * type->old_size || (flexible(type, size, &part), part)) {
    convert(o->type, (const void *)o->old, (void *)o->new, size);
    return;
  }
  for (uint64_t i = 0, k = 0; i + type->old_size <= size; i += type->old_size, k++)
    convert(o->type, (const void *)(o->old + i), (void *)(o->new + k * type->new_size), type->old_size);
}

/* Bytes in the new version: of an array as many elements, of a flexible array too. */
uint64_t ups_new_size(uint32_t number, uint64_t size) {
  const struct upstare_type *type = &t.types[number];
  const struct upstare_part *part;
  uint64_t count = flexible(type, size, &part), bytes = type->new_size;
  if (!part)
    return size < 2ull * type->old_size ? bytes : size / type->old_size * bytes;
  uint64_t end = part->new_offset + count * t.types[part->type].new_size;
  return end > bytes ? end : bytes;
}

/* ---- Variables ---------------------------------------------------------------------------------------- */

/* Where the running version has a variable; 0: nowhere, or in each thread. */
static uintptr_t place_of(const struct upstare_variable *v) {
  const struct ups_place *place = &ups_old_places(t.patch)[v->entity];
  return place->kind == UPSTARE_ENTITY_VARIABLE && place->address != UINTPTR_MAX ? place->address : 0;
}

/* Does a thread take part: is it stopped, or has it not begun? */
static bool takes_part(const struct ups_thread *thread) { return thread->state == UPS_THREAD_LEAVES || thread->state == UPS_THREAD_WAITS; }

/* The same for a thread-local variable of every thread. */
static enum ups_error visit_in_threads(const struct upstare_variable *v) {
  const struct ups_place *place = &ups_old_places(t.patch)[v->entity];
  enum ups_error error = UPS_NONE;
  if (place->kind != UPSTARE_ENTITY_TLS || place->address == UINTPTR_MAX || v->place != UPSTARE_NONE)
    return UPS_NONE;
  for (const struct ups_thread *thread = ups_state->threads; thread && !error; thread = thread->next)
    if (takes_part(thread))
      error = visit(v->type, (uint8_t *)(thread->pointer + place->address), t.types[v->type].new_size, LATER);
  return error;
}

/* Notes the variables that move. */
static bool add_variables(void) {
  const struct upstare_patch *p = t.patch->blob;
  const struct upstare_variable *v = ups_patch_table(p, p->variables);
  for (uint32_t i = 0; i < p->variables.count; i++) {
    uintptr_t at = place_of(&v[i]);
    if (!at || v[i].place == UPSTARE_NONE)
      continue;
    uintptr_t to = (v[i].flags & UPSTARE_VARIABLE_TEXT ? t.patch->text : t.patch->data) + v[i].place;
    struct ups_object o = {at, at + t.types[v[i].type].old_size, to, v[i].type, v[i].flags & UPSTARE_VARIABLE_CONST ? UPS_OBJECT_CONST : 0};
    if (!ups_object_add(&o))
      return false;
  }
  return true;
}

/* Looks at the variables that stay. */
static enum ups_error visit_variables(void) {
  const struct upstare_patch *p = t.patch->blob;
  const struct upstare_variable *v = ups_patch_table(p, p->variables);
  const struct upstare_entity *entity = ups_patch_table(p, p->old_entities);
  enum ups_error error = UPS_NONE;
  for (uint32_t i = 0; i < p->variables.count && !error; i++) {
    uintptr_t at = place_of(&v[i]);
    t.where = ups_patch_string(p, entity[v[i].entity].name);
    error = visit_in_threads(&v[i]);
    if (!error && at && v[i].place == UPSTARE_NONE)
      error = visit(v[i].type, (uint8_t *)at, t.types[v[i].type].new_size, v[i].flags & UPSTARE_VARIABLE_CONST ? LATER_READ_ONLY : LATER);
  }
  return error;
}

/* ---- Frames ------------------------------------------------------------------------------------------- */

/* The function of a frame, for messages. */
static const char *function_of(const struct ups_frame *f) {
  const struct upstare_patch *p = t.patch->blob;
  return ups_patch_string(p, ((const struct upstare_point *)ups_patch_table(p, p->old_points))[f->point].function);
}

/* Notes the locals that move: their new storage lies on the stack, below everything that survives. */
static bool add_locals(struct ups_thread *thread) {
  for (uint32_t i = 0; i < thread->part_count; i++) {
    const struct ups_part *part = &thread->parts[i];
    const struct upstare_move *m = part->moves;
    for (uint32_t k = 0; k < part->move_count; k++) {
      if (m[k].kind != UPSTARE_MOVE_MOVED)
        continue;
      uintptr_t at;
      ups_copy(&at, values_of(thread, part) + m[k].to, 8);
      uintptr_t to = (ups_new_stack(thread) - t.types[m[k].type].new_size) & ~(uintptr_t)63;
      if (!ups_stack_reaches(thread, to))
        return false;
      ups_fill((void *)to, 0, t.types[m[k].type].new_size);
      ups_copy(values_of(thread, part) + m[k].to, &to, 8);
      thread->lowest = to;
      struct ups_object o = {at, at + t.types[m[k].type].old_size, to, m[k].type, 0};
      if (!ups_object_add(&o))
        return false;
    }
  }
  return true;
}

/* Converts and computes the values of a part. */
static void convert_values(const struct ups_thread *thread, const struct ups_part *part) {
  const struct upstare_move *m = part->moves;
  uint8_t *values = values_of(thread, part);
  for (uint32_t k = 0; k < part->move_count; k++)
    if (m[k].kind == UPSTARE_MOVE_CONVERT)
      convert(m[k].type, part->old + m[k].operand, values + m[k].to, m[k].size);
    else if (m[k].kind == UPSTARE_MOVE_COMPUTE)
      ((void (*)(const void *, void *))(t.patch->text + m[k].operand))(part->old, values + m[k].to);
}

/* Looks at the values of a part, and at the objects of its frame that stay. */
static enum ups_error visit_part(struct ups_thread *thread, const struct ups_part *part) {
  enum ups_error error = UPS_NONE;
  const struct upstare_move *m = part->moves;
  t.where = function_of(&thread->frames[part->frame]);
  for (uint32_t k = 0; k < part->move_count && !error; k++) {
    uintptr_t at = (uintptr_t)values_of(thread, part) + m[k].to;
    if (m[k].type == UPSTARE_NONE || m[k].kind == UPSTARE_MOVE_MOVED || m[k].kind == UPSTARE_MOVE_OLD)
      continue;
    enum how how = AT_ONCE;
    if (m[k].kind == UPSTARE_MOVE_ADDRESS) {
      ups_copy(&at, values_of(thread, part) + m[k].to, 8);
      how = at >= thread->stack_low && at < thread->base_top ? AT_ONCE : LATER;
    }
    error = visit(m[k].type, (uint8_t *)at, t.types[m[k].type].new_size, how);
  }
  return error;
}

/* Looks at a frame's values, and at what is kept of it. */
static enum ups_error visit_frame(struct ups_thread *thread, struct ups_frame *f) {
  enum ups_error error = UPS_NONE;
  for (uint32_t i = 0; i < f->part_count && !error; i++)
    error = visit_part(thread, &thread->parts[f->parts + i]);
  t.where = function_of(f);
  return error || !f->keep ? error : scan((const uint8_t *)f->keep, f->end - f->keep);
}

/* A pointer to anything of the runtime's own. */
static enum ups_error visit_own(uintptr_t *pointer) {
  uintptr_t value;
  enum ups_error error = map_pointer(*pointer, ANY, &value);
  return error || value == *pointer ? error : change((uint8_t *)pointer, value, LATER);
}

/* What a thread will be called with, and the arguments of a blocking call that goes on. */
static enum ups_error visit_thread(struct ups_thread *thread) {
  enum ups_error error = UPS_NONE;
  t.where = "the argument of a thread";
  if (thread->state == UPS_THREAD_WAITS)
    return visit_own((uintptr_t *)&thread->argument);
  for (uint32_t i = 0; i < thread->frame_count && !error; i++)
    error = visit_frame(thread, &thread->frames[i]);
  if (error || !thread->parked)
    return error;
  t.where = "the arguments of a blocking call";
  for (int i = 0; i < 6 && !error; i++)
    error = visit_own((uintptr_t *)&thread->kept_call->arg[i]);
  return error ? error : visit_own((uintptr_t *)&thread->kept_call->extra);
}

/* ---- All of it ---------------------------------------------------------------------------------------- */

/* Sorts the objects by address: radix sort of keys with numbers, then each object moves once.  False: no memory. */
struct key {
  uint64_t address;
  uint64_t number;
};
static void sort_pass(const struct key *from, struct key *to, size_t count, unsigned shift) {
  size_t starts[4097] = {0};
  for (size_t i = 0; i < count; i++)
    starts[(from[i].address >> shift & 4095) + 1]++;
  for (unsigned d = 0; d < 4096; d++)
    starts[d + 1] += starts[d];
  for (size_t i = 0; i < count; i++)
    to[starts[from[i].address >> shift & 4095]++] = from[i];
}
static bool sort(void) {
  size_t n = t.objects.count, bytes = (n + 1) * sizeof(struct key);
  struct key *keys = ups_memory(2 * bytes), *other = keys + n + 1;
  struct ups_vector sorted = {.size = sizeof(struct ups_object)};
  bool ok = keys;
  for (size_t i = 0; i < n && ok; i++)
    keys[i] = (struct key){object(i)->old, i};
  for (unsigned shift = 0; shift < 48 && ok; shift += 12) {
    sort_pass(keys, other, n, shift);
    struct key *swap = keys;
    keys = other;
    other = swap;
  }
  for (size_t i = 0; i < n && ok; i++) {
    struct ups_object *o = ups_vector_add(&sorted);
    if ((ok = o))
      *o = *object(keys[i].number);
  }
  ups_memory_free(keys < other ? keys : other, keys ? 2 * bytes : 0);
  if (ok) {
    ups_vector_free(&t.objects);
    t.objects = sorted;
  } else
    ups_vector_free(&sorted);
  return ok;
}

/* Are there two objects in one place? */
static bool overlap(void) {
  for (size_t i = 1; i < t.objects.count; i++)
    if (object(i - 1)->old_end > object(i)->old)
      return true;
  return false;
}

/* Looks at everything that can hold pointers. */
static enum ups_error visit_everything(void) {
  enum ups_error error = UPS_NONE;
  for (size_t i = 0; i < t.objects.count && !error; i++) {
    const struct ups_object *o = object(i);
    t.where = type_name(o->type);
    if (!(o->flags & UPS_OBJECT_CONST))
      error = visit_all(o->type, o->new, ups_new_size(o->type, o->old_end - o->old), AT_ONCE);
  }
  if (!error)
    error = visit_variables();
  for (struct ups_thread *thread = ups_state->threads; thread && !error; thread = thread->next)
    if (takes_part(thread))
      error = visit_thread(thread);
  if (!error)
    error = ups_heap_visit();
  for (size_t i = 0; i < t.objects.count && !error; i++)
    if ((object(i)->flags & (UPS_OBJECT_HEAP | UPS_OBJECT_SEEN)) == UPS_OBJECT_HEAP) {
      t.where = "";
      error = refuse(UPS_UNREACHED, "", type_name(object(i)->type));
    }
  return error;
}

/* What may fault. */
static void convert_everything(void *argument) {
  (void)argument;
  for (size_t i = 0; i < t.objects.count && !t.refused; i++)
    convert_object(object(i));
  for (struct ups_thread *thread = ups_state->threads; thread && !t.refused; thread = thread->next)
    for (uint32_t i = 0; i < thread->part_count && thread->state == UPS_THREAD_LEAVES && !t.refused; i++)
      convert_values(thread, &thread->parts[i]);
  if (!t.refused && t.patch->blob->types.count)
    t.reason->error = visit_everything();
}

/* Are there values that are computed? */
static bool computes(const struct upstare_patch *p) {
  const struct upstare_move *m = ups_patch_table(p, p->moves);
  for (uint32_t i = 0; i < p->moves.count; i++)
    if (m[i].kind == UPSTARE_MOVE_COMPUTE)
      return true;
  return false;
}

/* Converts, and finds pointers. */
enum ups_error ups_transform(const struct ups_patch *patch, struct ups_reason *reason) {
  const struct upstare_patch *p = patch->blob;
  *reason = (struct ups_reason){0};
  if (!p->types.count && !computes(p))
    return UPS_NONE;
  t.patch = patch;
  t.types = ups_patch_table(p, p->types);
  t.parts = ups_patch_table(p, p->parts);
  t.reason = reason;
  t.refused = 0;
  t.where = "a transformer";
  bool ok = add_variables();
  for (struct ups_thread *thread = ups_state->threads; thread && ok; thread = thread->next)
    ok = thread->state != UPS_THREAD_LEAVES || add_locals(thread);
  if (!ok)
    return reason->error = UPS_NO_MEMORY;
  if ((reason->error = ups_heap_note(patch)))
    return reason->error;
  if (!sort() || !make_starts())
    return reason->error = UPS_NO_MEMORY;
  if (overlap())
    return refuse(UPS_UNKNOWN_OBJECT, "two objects at one address", "");
  if (ups_fault(UPS_FAULT_TRANSFORM))
    return reason->error = UPS_INJECTED;
  if (!ups_guarded(convert_everything, 0))
    return refuse(UPS_TRANSFORM_FAULT, "a fault", "");
  if (t.refused)
    *reason = (struct ups_reason){.error = UPS_NOT_CONVERTED, .detail = t.refused};
  return reason->error;
}

/* Writes the log. */
void ups_transform_commit(void) {
  const struct write *w = (const struct write *)t.writes.items;
  for (size_t i = 0; i < t.writes.count; i++)
    if (w[i].read_only)
      ups_commit_put(w[i].at, &w[i].value, 8);
    else
      ups_copy((void *)w[i].at, &w[i].value, 8);
}

/* Forgets everything. */
void ups_transform_end(bool committed) {
  ups_heap_end(committed);
  ups_memory_free(t.starts, t.starts_size);
  t.starts = 0;
  ups_vector_free(&t.objects);
  ups_vector_free(&t.writes);
}
