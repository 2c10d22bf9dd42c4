/* transform.c - converts data, and gives pointers to what moves their new values.
 *
 *   objects that move      variables with new storage, escaped locals whose type changed (new storage on the stack, below
 *                          everything that survives), heap objects of a changed type, arrays whose length the map says
 *   places with pointers   those objects, at their new places; variables, locals and heap objects that stay
 *
 * First all objects that move are known, sorted by address; then each is converted; then every place that can hold a
 * pointer is looked at.  A pointer's value says which object it leads into, its type says to what in there.  One that
 * leads to data of a changed type which is no object that moves ends it: nobody knows what is there.
 *
 * Nothing that the program can see is written: pointers in what stays go to a log, which the commit writes. */
#include "commit.h"
#include "guard.h"
#include "stop.h"
#include "tls.h"
#include "transform_arrays.h"
#include "transform_data.h"
#include "transform_heap.h"

struct ups_data ups_data = {.objects.size = sizeof(struct ups_object)};
static char detail[UPS_DETAIL_MAX], refused[UPS_DETAIL_MAX];

/* Says why not. */
enum ups_error ups_refuse(enum ups_error error, const char *what, const char *more) {
  struct ups_text text;
  ups_text_start(&text, detail, sizeof detail);
  ups_text_add(&text, what);
  ups_text_add(&text, more);
  ups_text_add(&text, *ups_data.where ? " in " : "");
  ups_text_add(&text, ups_data.where);
  *ups_data.reason = (struct ups_reason){.error = error, .detail = detail};
  return error;
}

/* The name of a type, for messages. */
const char *ups_type_name(uint32_t type) { return ups_patch_string(ups_data.patch->blob, ups_data.types[type].name); }

/* The part of a CHOICE that an old record holds. */
const struct upstare_part *ups_choose(const struct upstare_type *choice, const void *record) {
  unsigned long i = ((unsigned long (*)(const void *))(ups_data.patch->text + choice->transformer))(record);
  return i < choice->part_count ? &ups_data.parts[choice->parts + i] : 0;
}

/* Notes an object that moves. */
bool ups_object_add(const struct ups_object *o) {
  struct ups_object *place = ups_vector_add(&ups_data.objects);
  if (place)
    *place = *o;
  return place;
}

/* All of them. */
struct ups_object *ups_objects(size_t *count) {
  *count = ups_data.objects.count;
  return ups_object(0);
}

/* ---- Conversion --------------------------------------------------------------------------------------- */

/* A transformer cannot convert a value.  The text is copied: code of the map may have written it on its own stack. */
void __upstare_refuse(const char *reason) {
  struct ups_text text;
  if (ups_data.refused)
    return;
  ups_text_start(&text, refused, sizeof refused);
  ups_text_add(&text, reason);
  ups_data.refused = refused;
}

/* Converts one value. */
static void convert(uint32_t number, const void *from, void *to, uint64_t size) {
  const struct upstare_type *type = &ups_data.types[number];
  if (type->transformer != UPSTARE_NONE)
    ((void (*)(const void *, void *, unsigned long))(ups_data.patch->text + type->transformer))(from, to, size);
  else
    ups_copy(to, from, type->old_size < type->new_size ? type->old_size : type->new_size);
}

/* Elements of the flexible array at the end of an object; *part is that array. */
static uint64_t flexible(const struct upstare_type *type, uint64_t size, const struct upstare_part **part) {
  *part = ups_open_end(type);
  if (!*part || size < (*part)->old_offset || !ups_data.types[(*part)->type].old_size)
    *part = 0;
  return *part ? (size - (*part)->old_offset) / ups_data.types[(*part)->type].old_size : 0;
}

/* Converts an object, element by element; one with a flexible array is a single element. */
static void convert_object(const struct ups_object *o) {
  const struct upstare_type *type = &ups_data.types[o->type];
  const struct upstare_part *part;
  uint64_t size = ups_used_end(o) - o->old;
  if (o->flags & UPS_OBJECT_CONST || !size)
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
  const struct upstare_type *type = &ups_data.types[number];
  const struct upstare_part *part;
  uint64_t count = flexible(type, size, &part), bytes = type->new_size;
  if (!part)
    return size < 2ull * type->old_size ? bytes : size / type->old_size * bytes;
  uint64_t end = part->new_offset + count * ups_data.types[part->type].new_size;
  return end > bytes ? end : bytes;
}

/* ---- What moves --------------------------------------------------------------------------------------- */

/* Where the running version has a variable; 0: nowhere, or in each thread. */
uintptr_t ups_variable_place(const struct upstare_variable *v) {
  const struct ups_place *place = &ups_old_places(ups_data.patch)[v->entity];
  return place->kind == UPSTARE_ENTITY_VARIABLE && place->address != UINTPTR_MAX ? place->address : 0;
}

/* Does a thread take part: is it stopped, or has it not begun? */
bool ups_takes_part(const struct ups_thread *thread) { return thread->state == UPS_THREAD_LEAVES || thread->state == UPS_THREAD_WAITS; }

/* Notes each thread's copy of a thread-local variable that moves. */
static bool add_in_threads(const struct upstare_variable *v) {
  const struct ups_place *place = &ups_old_places(ups_data.patch)[v->entity];
  if (place->kind != UPSTARE_ENTITY_TLS || place->address == UINTPTR_MAX)
    return true;
  for (const struct ups_thread *thread = ups_state->threads; thread; thread = thread->next) {
    uintptr_t at = thread->pointer + place->address;
    struct ups_object o = {at, at + ups_data.types[v->type].old_size, thread->pointer + ups_data.patch->tls + v->place, v->type, 0, 0};
    if (ups_takes_part(thread) && !ups_object_add(&o))
      return false;
  }
  return true;
}

/* Notes the variables that move. */
static bool add_variables(void) {
  const struct upstare_patch *p = ups_data.patch->blob;
  const struct upstare_variable *v = ups_patch_table(p, p->variables);
  for (uint32_t i = 0; i < p->variables.count; i++) {
    uintptr_t at = ups_variable_place(&v[i]);
    if (v[i].flags & UPSTARE_VARIABLE_TLS && !add_in_threads(&v[i]))
      return false;
    if (!at || v[i].place == UPSTARE_NONE)
      continue;
    uintptr_t to = (v[i].flags & UPSTARE_VARIABLE_TEXT ? ups_data.patch->text : ups_data.patch->data) + v[i].place;
    struct ups_object o = {at, at + v[i].size, to, v[i].type, v[i].flags & UPSTARE_VARIABLE_CONST ? UPS_OBJECT_CONST : 0, 0};
    if (!ups_object_add(&o))
      return false;
  }
  return true;
}

/* The values of the new frame that a part writes to. */
uint8_t *ups_values_of(const struct ups_thread *thread, const struct ups_part *part) { return thread->news[part->to].out->values; }

/* Storage on the stack, below everything that survives; 0: there is no room. */
static uintptr_t stack_storage(struct ups_thread *thread, uint32_t size) {
  uintptr_t to = (ups_new_stack(thread) - size) & ~(uintptr_t)63;
  if (!ups_stack_reaches(thread, to))
    return 0;
  ups_fill((void *)to, 0, size);
  return thread->lowest = to;
}

/* Notes the locals that move, and gives those that are new their storage. */
static bool add_locals(struct ups_thread *thread) {
  for (uint32_t i = 0; i < thread->part_count; i++) {
    const struct ups_part *part = &thread->parts[i];
    const struct upstare_move *m = part->moves;
    for (uint32_t k = 0; k < part->move_count; k++) {
      bool moves = m[k].kind == UPSTARE_MOVE_MOVED;
      if (!moves && m[k].kind != UPSTARE_MOVE_STORAGE)
        continue;
      uint8_t *value = ups_values_of(thread, part) + m[k].to;
      uintptr_t at, to = stack_storage(thread, moves ? ups_data.types[m[k].type].new_size : m[k].size);
      ups_copy(&at, value, 8);
      ups_copy(value, &to, 8);
      if (!to)
        return false;
      struct ups_object o = {at, at + (moves ? ups_data.types[m[k].type].old_size : 0), to, m[k].type, 0, 0};
      if (moves && !ups_object_add(&o))
        return false;
    }
  }
  return true;
}

/* Converts and computes the values of a part. */
static void convert_values(const struct ups_thread *thread, const struct ups_part *part) {
  const struct upstare_move *m = part->moves;
  uint8_t *values = ups_values_of(thread, part);
  for (uint32_t k = 0; k < part->move_count; k++) {
    uint8_t *to = values + m[k].to;
    if (m[k].kind == UPSTARE_MOVE_STORAGE)
      ups_copy(&to, values + m[k].to, 8);
    if (m[k].kind == UPSTARE_MOVE_CONVERT)
      convert(m[k].type, part->old + m[k].operand, to, m[k].size);
    else if (m[k].kind == UPSTARE_MOVE_COMPUTE || m[k].kind == UPSTARE_MOVE_STORAGE)
      ((void (*)(const void *, void *))(ups_data.patch->text + m[k].operand))(part->old, to);
  }
}

/* ---- All of it ---------------------------------------------------------------------------------------- */

/* What may fault: first the map's own checks, */
static void run_before(void *argument) {
  (void)argument;
  ups_steps_run(UPSTARE_STEP_BEFORE);
}

/* and, when all that moves is known, the rest. */
static void convert_everything(void *argument) {
  (void)argument;
  for (size_t i = 0; i < ups_data.objects.count && !ups_data.refused; i++)
    convert_object(ups_object(i));
  for (struct ups_thread *thread = ups_state->threads; thread && !ups_data.refused; thread = thread->next)
    for (uint32_t i = 0; i < thread->part_count && thread->state == UPS_THREAD_LEAVES && !ups_data.refused; i++)
      convert_values(thread, &thread->parts[i]);
  ups_steps_run(UPSTARE_STEP_VALUE);
  if (!ups_data.refused && ups_data.patch->blob->types.count)
    ups_data.reason->error = ups_places_visit();
}

/* Is there anything to do? */
static bool has_work(const struct upstare_patch *p) {
  const struct upstare_move *m = ups_patch_table(p, p->moves);
  for (uint32_t i = 0; i < p->moves.count; i++)
    if (m[i].kind == UPSTARE_MOVE_COMPUTE || m[i].kind == UPSTARE_MOVE_STORAGE)
      return true;
  return p->types.count || p->steps.count;
}

/* Finds everything that moves, and gives it a new place. */
static enum ups_error note_objects(const struct ups_patch *patch) {
  bool ok = add_variables();
  for (struct ups_thread *thread = ups_state->threads; thread && ok; thread = thread->next)
    ok = thread->state != UPS_THREAD_LEAVES || add_locals(thread);
  enum ups_error error = ok ? ups_heap_note(patch) : UPS_NO_MEMORY;
  return error ? error : ups_pointers_prepare();
}

/* A step in which a fault ends the update. */
static enum ups_error guarded(void (*step)(void *)) {
  if (!ups_guarded(step, 0))
    return ups_refuse(UPS_TRANSFORM_FAULT, "a fault", "");
  if (ups_data.refused)
    *ups_data.reason = (struct ups_reason){.error = UPS_NOT_CONVERTED, .detail = ups_data.refused};
  return ups_data.reason->error;
}

/* Converts, and finds pointers. */
enum ups_error ups_transform(const struct ups_patch *patch, struct ups_reason *reason) {
  const struct upstare_patch *p = patch->blob;
  *reason = (struct ups_reason){0};
  ups_tls_start(patch);
  if (!has_work(p))
    return UPS_NONE;
  ups_data.patch = patch;
  ups_data.types = ups_patch_table(p, p->types);
  ups_data.parts = ups_patch_table(p, p->parts);
  ups_data.reason = reason;
  ups_data.refused = 0;
  ups_data.where = "a transformer";
  enum ups_error error = note_objects(patch);
  if (error)
    return reason->error = error;
  if (ups_fault(UPS_FAULT_TRANSFORM))
    return reason->error = UPS_INJECTED;
  if (guarded(run_before))
    return reason->error;
  if ((error = ups_arrays_note()))
    return reason->error = error;
  return guarded(convert_everything);
}

/* Writes what was found. */
void ups_transform_commit(void) {
  ups_places_commit();
  ups_steps_commit();
}

/* Forgets everything. */
void ups_transform_end(bool committed) {
  ups_arrays_end(committed);
  ups_heap_end(committed);
  ups_pointers_end();
  ups_places_end();
  ups_steps_end();
  ups_vector_free(&ups_data.objects);
}
