/* transform_places.c - every place that can hold a pointer: objects that move, at their new places; variables, locals and heap
 * objects that stay; what the runtime keeps of blocking calls.
 *
 * What nobody sees yet is written at once; pointers in what stays go to a log, which the commit writes. */
#include "blocking_call.h"
#include "commit.h"
#include "transform_arrays.h"
#include "transform_data.h"
#include "transform_heap.h"

/* A pointer to write at the commit. */
struct write {
  uintptr_t at, value;
  bool read_only;
};
static struct ups_vector writes = {.size = sizeof(struct write)};

/* How a place with pointers is written to. */
enum how { AT_ONCE, LATER, LATER_READ_ONLY };

/* Notes or writes a pointer's new value. */
static enum ups_error change(uint8_t *at, uintptr_t value, enum how how) {
  if (how == AT_ONCE) {
    __builtin_memcpy(at, &value, 8);
    return UPS_NONE;
  }
  struct write *w = ups_vector_add(&writes);
  if (!w)
    return ups_data.reason->error = UPS_NO_MEMORY;
  *w = (struct write){(uintptr_t)at, value, how == LATER_READ_ONLY};
  return w->read_only && !ups_commit_put(w->at, (const void *)w->at, 8) ? ups_data.reason->error = UPS_TEXT_WRITE : UPS_NONE;
}

/* Bytes in which nobody knows what is a pointer: none of them may look like one to what moves. */
static enum ups_error scan(const uint8_t *at, uint64_t size) {
  uintptr_t value;
  for (uint64_t i = 0; i + 8 <= size; i += 8) {
    __builtin_memcpy(&value, at + i, 8);
    const struct ups_object *o = ups_object_at(value);
    if (o && !ups_arrays_know((uintptr_t)at + i))
      return ups_refuse(UPS_UNKNOWN_POINTER, "bytes that look like a pointer to ", ups_type_name(o->type));
  }
  return UPS_NONE;
}

/* The type of what lies in a union now. */
static uint32_t chosen(uint32_t number, const void *record) {
  const struct upstare_type *type = &ups_data.types[number];
  const struct upstare_part *p = type->kind == UPSTARE_TYPE_CHOICE ? ups_choose(type, record) : 0;
  return p ? p->type : number;
}

/* Looks at the pointers in data of a type, laid out as the new version has it; `room` bytes are there.  `from` is where they lie as the
 * old version has them. */
static enum ups_error visit(uint32_t number, uint8_t *at, const uint8_t *from, uint64_t room, enum how how) {
  const struct upstare_type *type = &ups_data.types[number];
  enum ups_error error = UPS_NONE;
  if (!(type->flags & UPSTARE_TYPE_POINTERS))
    return UPS_NONE;
  if (type->kind == UPSTARE_TYPE_UNSURE || type->kind == UPSTARE_TYPE_CHOICE)
    return scan(at, type->new_size);
  if (type->kind == UPSTARE_TYPE_POINTER) {
    uintptr_t value, new;
    __builtin_memcpy(&value, at, 8);
    error = ups_map_pointer(value, type->target, &new);
    return error || new == value ? error : change(at, new, how);
  }
  for (uint32_t i = 0; i < type->part_count; i++) {
    const struct upstare_part *p = &ups_data.parts[type->parts + i];
    const struct upstare_type *element = &ups_data.types[p->type];
    if (!(element->flags & UPSTARE_TYPE_POINTERS) || !element->new_size || p->new_offset > room)
      continue;
    uint64_t count = p->count == UPSTARE_NONE ? (room - p->new_offset) / element->new_size : p->count;
    for (uint64_t k = 0; k < count && !error; k++)
      error = visit(chosen(p->type, from), at + p->new_offset + k * element->new_size, from + p->old_offset + k * element->old_size, element->new_size, how);
    if (error)
      return error;
  }
  return UPS_NONE;
}

/* The same for elements one after the other; the last one may have a flexible array. */
static enum ups_error visit_all(uint32_t type, uintptr_t at, uintptr_t from, uint64_t size, enum how how) {
  uint64_t stride = ups_data.types[type].new_size, old_stride = ups_data.types[type].old_size;
  enum ups_error error = UPS_NONE;
  if (stride && (size < 2 * stride || ups_open_end(&ups_data.types[type])))
    return visit(type, (uint8_t *)at, (const uint8_t *)from, size, how);
  for (uint64_t i = 0; stride && (i + 1) * stride <= size && !error; i++)
    error = visit(type, (uint8_t *)at + i * stride, (const uint8_t *)from + i * old_stride, stride, how);
  return error;
}

/* The same for data that stay. */
static enum ups_error visit_here(uint32_t type, uintptr_t at, enum how how) {
  return visit(type, (uint8_t *)at, (const uint8_t *)at, ups_data.types[type].new_size, how);
}

/* The same for a heap object that stays. */
enum ups_error ups_visit(uint32_t type, uintptr_t at, uint64_t size) {
  ups_data.where = type == UPSTARE_NONE ? "memory that the program allocated without saying for what" : ups_type_name(type);
  return type == UPSTARE_NONE ? scan((const uint8_t *)at, size) : visit_all(type, at, at, size, LATER);
}

/* The same for a value that nobody sees yet. */
enum ups_error ups_visit_value(uint32_t type, void *value) { return visit_here(type, (uintptr_t)value, AT_ONCE); }

/* ---- Variables ---------------------------------------------------------------------------------------- */

/* The same for a thread-local variable of every thread. */
static enum ups_error visit_in_threads(const struct upstare_variable *v) {
  const struct ups_place *place = &ups_old_places(ups_data.patch)[v->entity];
  enum ups_error error = UPS_NONE;
  if (place->kind != UPSTARE_ENTITY_TLS || place->address == UINTPTR_MAX || v->place != UPSTARE_NONE)
    return UPS_NONE;
  for (const struct ups_thread *thread = ups_state->threads; thread && !error; thread = thread->next)
    if (ups_takes_part(thread))
      error = visit_here(v->type, thread->pointer + place->address, LATER);
  return error;
}

/* Looks at the variables that stay. */
static enum ups_error visit_variables(void) {
  const struct upstare_patch *p = ups_data.patch->blob;
  const struct upstare_variable *v = ups_patch_table(p, p->variables);
  const struct upstare_entity *entity = ups_patch_table(p, p->old_entities);
  enum ups_error error = UPS_NONE;
  for (uint32_t i = 0; i < p->variables.count && !error; i++) {
    uintptr_t at = ups_variable_place(&v[i]);
    ups_data.where = ups_patch_string(p, entity[v[i].entity].name);
    error = visit_in_threads(&v[i]);
    if (!error && at && v[i].place == UPSTARE_NONE)
      error = visit(v[i].type, (uint8_t *)at, (const uint8_t *)at, v[i].size, v[i].flags & UPSTARE_VARIABLE_CONST ? LATER_READ_ONLY : LATER);
  }
  return error;
}

/* ---- Frames ------------------------------------------------------------------------------------------- */

/* The function of a frame, for messages. */
static const char *function_of(const struct ups_frame *f) {
  const struct upstare_patch *p = ups_data.patch->blob;
  return ups_patch_string(p, ((const struct upstare_point *)ups_patch_table(p, p->old_points))[f->point].function);
}

/* Looks at the values of a part, and at the objects of its frame that stay. */
static enum ups_error visit_part(struct ups_thread *thread, const struct ups_part *part) {
  enum ups_error error = UPS_NONE;
  const struct upstare_move *m = part->moves;
  ups_data.where = function_of(&thread->frames[part->frame]);
  for (uint32_t k = 0; k < part->move_count && !error; k++) {
    uintptr_t at = (uintptr_t)ups_values_of(thread, part) + m[k].to;
    if (m[k].type == UPSTARE_NONE || m[k].kind == UPSTARE_MOVE_MOVED || m[k].kind == UPSTARE_MOVE_OLD || m[k].kind == UPSTARE_MOVE_LENGTH || m[k].kind == UPSTARE_MOVE_LOOK)
      continue;
    enum how how = AT_ONCE;
    if (m[k].kind == UPSTARE_MOVE_STORAGE)
      ups_copy(&at, ups_values_of(thread, part) + m[k].to, 8);
    if (m[k].kind == UPSTARE_MOVE_ADDRESS) {
      ups_copy(&at, ups_values_of(thread, part) + m[k].to, 8);
      how = at >= thread->stack_low && at < thread->base_top ? AT_ONCE : LATER;
    }
    uintptr_t from = m[k].kind == UPSTARE_MOVE_CONVERT ? (uintptr_t)part->old + m[k].operand : at;
    error = visit(m[k].type, (uint8_t *)at, (const uint8_t *)from, ups_data.types[m[k].type].new_size, how);
  }
  return error;
}

/* Looks at a frame's values, and at what is kept of it. */
static enum ups_error visit_frame(struct ups_thread *thread, struct ups_frame *f) {
  enum ups_error error = UPS_NONE;
  for (uint32_t i = 0; i < f->part_count && !error; i++)
    error = visit_part(thread, &thread->parts[f->parts + i]);
  ups_data.where = function_of(f);
  return error || !f->keep ? error : scan((const uint8_t *)f->keep, f->end - f->keep);
}

/* A pointer to anything of the runtime's own. */
static enum ups_error visit_own(uintptr_t *pointer) {
  uintptr_t value;
  enum ups_error error = ups_map_pointer(*pointer, ANY, &value);
  return error || value == *pointer ? error : change((uint8_t *)pointer, value, LATER);
}

/* The arguments of a blocking call that goes on. */
static enum ups_error visit_call(struct ups_call *call) {
  enum ups_error error = UPS_NONE;
  for (int i = 0; i < 6 && !error; i++)
    error = visit_own((uintptr_t *)&call->arg[i]);
  for (int i = 0; i < UPS_CALL_MORE && !error; i++)
    error = visit_own((uintptr_t *)&call->more[i]);
  return error ? error : visit_own((uintptr_t *)&call->extra);
}

/* What a thread will be called with; its frames; the call that it is in, and those that handlers have interrupted. */
static enum ups_error visit_thread(struct ups_thread *thread) {
  enum ups_error error = UPS_NONE;
  ups_data.where = "the argument of a thread";
  if (thread->state == UPS_THREAD_WAITS)
    return visit_own((uintptr_t *)&thread->argument);
  for (uint32_t i = 0; i < thread->frame_count && !error; i++)
    error = visit_frame(thread, &thread->frames[i]);
  if (!error)
    ups_data.where = "the arguments of a blocking call";
  for (uint32_t i = thread->parked ? 0 : 1; i <= thread->interruption_count && !error; i++)
    error = visit_call(&thread->kept_call[i]);
  return error;
}

/* ---- All of it ---------------------------------------------------------------------------------------- */

/* Looks at the objects that move, at their new places. */
static enum ups_error visit_objects(void) {
  enum ups_error error = UPS_NONE;
  for (size_t i = 0; i < ups_data.objects.count && !error; i++) {
    const struct ups_object *o = ups_object(i);
    ups_data.where = ups_type_name(o->type);
    if (!(o->flags & UPS_OBJECT_CONST) && ups_used_end(o) > o->old)
      error = visit_all(o->type, o->new, o->old, ups_new_size(o->type, ups_used_end(o) - o->old), AT_ONCE);
  }
  return error;
}

/* Has every heap object that moves been found by a pointer? */
static enum ups_error check_reached(void) {
  ups_data.where = "";
  for (size_t i = 0; i < ups_data.objects.count; i++)
    if ((ups_object(i)->flags & (UPS_OBJECT_HEAP | UPS_OBJECT_SEEN)) == UPS_OBJECT_HEAP)
      return ups_refuse(UPS_UNREACHED, "", ups_type_name(ups_object(i)->type));
  return UPS_NONE;
}

/* Looks at everything that can hold pointers. */
enum ups_error ups_places_visit(void) {
  enum ups_error error = visit_objects();
  if (!error) /* before frames: what lies on a stack is written at once there, and here it must still be the old */
    error = ups_arrays_visit(ups_visit);
  if (!error)
    error = visit_variables();
  for (struct ups_thread *thread = ups_state->threads; thread && !error; thread = thread->next)
    if (ups_takes_part(thread))
      error = visit_thread(thread);
  if (!error)
    error = ups_heap_visit();
  if (!error)
    error = ups_steps_visit();
  return error ? error : check_reached();
}

/* Writes the log. */
void ups_places_commit(void) {
  const struct write *w = (const struct write *)writes.items;
  for (size_t i = 0; i < writes.count; i++)
    if (w[i].read_only)
      ups_commit_put(w[i].at, &w[i].value, 8);
    else
      ups_copy((void *)w[i].at, &w[i].value, 8);
}
void ups_places_end(void) { ups_vector_free(&writes); }
