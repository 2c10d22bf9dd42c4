/* transform_arrays.c - how many elements there are, where the user's map says so (`length`).
 *
 * A pointer with a length leads to an array.  Where that lies in memory of which nothing is known (a pool's), the array becomes an object that
 * moves, or, if its type did not change, a place with pointers.  Where it lies in an object of the heap, whose size is known, the elements behind the
 * last one that a length counts hold nothing: they are neither converted nor looked at.
 *
 * They are found by going through everything as the old version has it, before anything is converted: variables, frames, the arrays that are found
 * themselves; then what lies on the heap.  An object there that is counted by no length is looked at as a whole, and those that could be counted come last. */
#include "transform_arrays.h"
#include "commit.h"
#include "guard.h"
#include "transform_data.h"
#include "transform_heap.h"

static struct {
  struct ups_vector found; /* struct ups_array */
  size_t looked;           /* so many of them were looked at */
  uint32_t *slots;         /* their numbers + 1 by place and type: a hash table */
  size_t slot_count;
  enum ups_error error;
} a = {.found.size = sizeof(struct ups_array)};

static const struct upstare_type *type_of(uint32_t number) { return &ups_data.types[number]; }
static const struct upstare_length *lengths_of(const struct upstare_type *type) {
  return (const struct upstare_length *)ups_patch_table(ups_data.patch->blob, ups_data.patch->blob->lengths) + type->lengths;
}

/* The first error counts. */
static void refuse(const char *what, uint32_t type) {
  if (!a.error)
    a.error = ups_refuse(UPS_LENGTH, what, ups_type_name(type));
}
static void no_memory(void) {
  if (!a.error)
    a.error = ups_data.reason->error = UPS_NO_MEMORY;
}

/* ---- What is known of it ------------------------------------------------------------------------------- */

/* Where an array is in the table, or would be. */
static uint32_t *slot_of(uintptr_t at, uint32_t type) {
  size_t i = (at ^ type) * 0x9e3779b97f4a7c15u >> 20 & (a.slot_count - 1);
  while (a.slots[i] && (ups_array(&a.found, a.slots[i] - 1)->at != at || ups_array(&a.found, a.slots[i] - 1)->type != type))
    i = (i + 1) & (a.slot_count - 1);
  return &a.slots[i];
}

/* Makes the table larger when it is half full. */
static bool grow(void) {
  if (a.slots && 2 * a.found.count < a.slot_count)
    return true;
  ups_memory_free(a.slots, a.slot_count * sizeof *a.slots);
  a.slot_count = a.slot_count ? 2 * a.slot_count : 1024;
  a.slots = ups_memory(a.slot_count * sizeof *a.slots);
  for (size_t i = 0; i < a.found.count && a.slots; i++)
    *slot_of(ups_array(&a.found, i)->at, ups_array(&a.found, i)->type) = (uint32_t)i + 1;
  return a.slots;
}

/* The object that holds an address: one that moves, or one of the heap that stays. */
static struct ups_object *within(uintptr_t address) {
  struct ups_object *o = ups_object_at(address);
  return o ? o : ups_heap_staying_at(address);
}

/* In an object of the heap that is an array of that type, elements are counted. */
static void count_in(struct ups_object *o, const struct ups_array *f) {
  uint64_t size = type_of(f->type)->old_size;
  if (f->end > o->old_end) {
    refuse("it says more elements than there is memory for, of ", f->type);
    return;
  }
  if (!(o->flags & UPS_OBJECT_HEAP) || o->type != f->type || (f->at - o->old) % size || ups_open_end(type_of(f->type)))
    return;
  o->used = o->flags & UPS_OBJECT_COUNTED && o->used > f->used ? o->used : f->used;
  o->flags |= UPS_OBJECT_COUNTED;
}

/* Remembers an array; one that is known may be longer now. */
static void add(const struct ups_array *f) {
  struct ups_object *o = within(f->at);
  if (o)
    count_in(o, f);
  if (!grow()) {
    no_memory();
    return;
  }
  uint32_t *slot = slot_of(f->at, f->type);
  struct ups_array *known = *slot ? ups_array(&a.found, *slot - 1) : 0;
  if (known && known->used >= f->used && known->end >= f->end)
    return;
  if (known) { /* what it has more is looked at with all of it, once again */
    struct ups_array longer = {f->at, known->used > f->used ? known->used : f->used, known->end > f->end ? known->end : f->end, f->type, 0};
    *known = longer;
    if (*slot <= a.looked)
      a.looked = *slot - 1;
    return;
  }
  struct ups_array *place = ups_vector_add(&a.found);
  if (!place) {
    no_memory();
    return;
  }
  *place = *f;
  *slot = (uint32_t)a.found.count;
}

/* Bytes of a record up to the end of the array without a size that it ends in: what is used, or all that there is memory for. */
static bool open_bytes(const struct upstare_type *type, const void *record, uint64_t *used, uint64_t *end) {
  const struct upstare_part *part = ups_open_end(type);
  for (uint32_t i = 0; part && i < type->length_count; i++) {
    const struct upstare_length *l = &lengths_of(type)[i];
    struct upstare_array said = {0};
    uint64_t size = type_of(part->type)->old_size;
    if (l->type != UPSTARE_NONE)
      continue;
    ((void (*)(const void *, struct upstare_array *))(ups_data.patch->text + l->code))(record, &said);
    if (said.count < 0 || said.room < said.count || (size && said.room > INT64_MAX / 2 / (int64_t)size)) {
      refuse("it says a number of elements that cannot be, at the end of ", (uint32_t)(type - ups_data.types));
      return false;
    }
    *used = part->old_offset + (uint64_t)said.count * size;
    *end = part->old_offset + (uint64_t)said.room * size;
    *end = *end > type->old_size ? *end : type->old_size;
    return true;
  }
  return false;
}

/* A pointer with a length. */
static void note(uint32_t number, const struct upstare_array *said) {
  const struct upstare_type *type = type_of(number);
  struct ups_array f = {said->at, 0, 0, number, 0};
  uint64_t used, end;
  if (said->at < UPS_SENTINEL || said->at >= -(uint64_t)UPS_SENTINEL || !type->old_size || a.error)
    return;
  if (said->count < 0 || said->room < said->count || said->room > INT64_MAX / 2 / type->old_size || (ups_open_end(type) && said->room > 1)) {
    refuse("it says a number of elements that cannot be, of ", number);
    return;
  }
  f.used = f.at + (uint64_t)said->count * type->old_size;
  f.end = f.at + (uint64_t)said->room * type->old_size;
  if (said->count && open_bytes(type, (const void *)f.at, &used, &end)) {
    f.used = f.at + used;
    f.end = f.at + end;
  }
  if (!a.error)
    add(&f);
}

/* ---- Looking for them ---------------------------------------------------------------------------------- */

/* Looks at the lengths in data of a type, as the old version has them; `room` bytes are there. */
static void look(uint32_t number, const uint8_t *at, uint64_t room) {
  const struct upstare_type *type = type_of(number);
  if (!(type->flags & UPSTARE_TYPE_LENGTHS) || a.error)
    return;
  for (uint32_t i = 0; i < type->length_count; i++) {
    const struct upstare_length *l = &lengths_of(type)[i];
    struct upstare_array said = {0};
    if (l->type == UPSTARE_NONE)
      continue;
    ((void (*)(const void *, struct upstare_array *))(ups_data.patch->text + l->code))(at, &said);
    note(l->type, &said);
  }
  for (uint32_t i = 0; i < type->part_count && type->kind == UPSTARE_TYPE_RECORD; i++) {
    const struct upstare_part *p = &ups_data.parts[type->parts + i];
    const struct upstare_type *element = type_of(p->type);
    const struct upstare_part *arm = element->kind == UPSTARE_TYPE_CHOICE && element->flags & UPSTARE_TYPE_LENGTHS ? ups_choose(element, at) : 0;
    if (!(element->flags & UPSTARE_TYPE_LENGTHS) || !element->old_size || p->old_offset > room || (element->kind == UPSTARE_TYPE_CHOICE && !arm))
      continue;
    uint64_t count = p->count == UPSTARE_NONE ? (room - p->old_offset) / element->old_size : p->count;
    for (uint64_t k = 0; k < count; k++)
      look(arm ? arm->type : p->type, at + p->old_offset + k * element->old_size, element->old_size);
  }
}

/* The same for elements one after the other; the last one may have an array without a size. */
static void look_all(uint32_t number, uintptr_t at, uintptr_t end) {
  const struct upstare_type *type = type_of(number);
  if (!(type->flags & UPSTARE_TYPE_LENGTHS) || !type->old_size)
    return;
  ups_data.where = ups_type_name(number);
  if (ups_open_end(type)) {
    if (at < end)
      look(number, (const uint8_t *)at, end - at);
    return;
  }
  for (; at < end && end - at >= type->old_size && !a.error; at += type->old_size)
    look(number, (const uint8_t *)at, type->old_size);
}

/* Looks at the arrays that were found, and those that are found so. */
static void look_at_found(void) {
  while (a.looked < a.found.count && !a.error) {
    struct ups_array f = *ups_array(&a.found, a.looked++);
    look_all(f.type, f.at, f.used);
  }
}

/* An object's own array without a size. */
static void count_open(struct ups_object *o) {
  uint64_t used, end;
  if (o->type == UPSTARE_NONE || o->flags & UPS_OBJECT_CONST || !open_bytes(type_of(o->type), (const void *)o->old, &used, &end) || a.error)
    return;
  if (end > o->old_end - o->old) {
    refuse("it says more elements than there is memory for, at the end of ", o->type);
    return;
  }
  o->used = o->old + used;
  o->flags |= UPS_OBJECT_COUNTED;
}

/* Variables that stay, in each thread or once. */
static void look_at_variables(void) {
  const struct upstare_patch *p = ups_data.patch->blob;
  const struct upstare_variable *v = ups_patch_table(p, p->variables);
  const struct ups_place *places = ups_old_places(ups_data.patch);
  for (uint32_t i = 0; i < p->variables.count && !a.error; i++) {
    uintptr_t at = ups_variable_place(&v[i]);
    const struct ups_place *place = &places[v[i].entity];
    if (v[i].place != UPSTARE_NONE || !(type_of(v[i].type)->flags & UPSTARE_TYPE_LENGTHS))
      continue;
    if (at)
      look(v[i].type, (const uint8_t *)at, v[i].size);
    for (const struct ups_thread *t = ups_state->threads; t && place->kind == UPSTARE_ENTITY_TLS && place->address != UINTPTR_MAX; t = t->next)
      if (ups_takes_part(t))
        look(v[i].type, (const uint8_t *)(t->pointer + place->address), v[i].size);
  }
}

/* The values of a frame, and its objects that stay. */
static void look_at_part(const struct ups_thread *thread, const struct ups_part *part) {
  const struct upstare_move *m = part->moves;
  for (uint32_t k = 0; k < part->move_count && !a.error; k++) {
    struct upstare_array said = {0};
    uintptr_t at;
    if (m[k].kind == UPSTARE_MOVE_LENGTH) {
      ((void (*)(const void *, struct upstare_array *))(ups_data.patch->text + m[k].operand))(part->old, &said);
      note(m[k].type, &said);
    } else if (m[k].kind == UPSTARE_MOVE_LOOK)
      look(m[k].type, part->old + m[k].to, type_of(m[k].type)->old_size);
    else if (m[k].kind == UPSTARE_MOVE_ADDRESS && m[k].type != UPSTARE_NONE) {
      ups_copy(&at, ups_values_of(thread, part) + m[k].to, 8);
      look(m[k].type, (const uint8_t *)at, type_of(m[k].type)->old_size);
    }
  }
}

static void look_at_frames(void) {
  ups_data.where = "a frame";
  for (const struct ups_thread *t = ups_state->threads; t; t = t->next)
    for (uint32_t i = 0; i < t->part_count && t->state == UPS_THREAD_LEAVES; i++)
      look_at_part(t, &t->parts[i]);
}

/* What the map says of variables. */
static void run_steps(void) {
  const struct upstare_patch *p = ups_data.patch->blob;
  const struct upstare_step *s = ups_patch_table(p, p->steps);
  ups_data.where = "a variable";
  for (uint32_t i = 0; i < p->steps.count; i++) {
    struct upstare_array said = {0};
    if (s[i].kind != UPSTARE_STEP_LENGTH)
      continue;
    ((void (*)(struct upstare_array *))(ups_data.patch->text + s[i].code))(&said);
    note(s[i].type, &said);
  }
}

/* Objects of the heap; those that may be elements of counted arrays, or those that cannot. */
static void look_at_heap(struct ups_object *o, size_t count, bool counted) {
  for (size_t i = 0; i < count && !a.error; i++) {
    if (o[i].type == UPSTARE_NONE || !(o[i].flags & UPS_OBJECT_HEAP) || (type_of(o[i].type)->flags & UPSTARE_TYPE_COUNTED ? !counted : counted))
      continue;
    if (!(o[i].flags & UPS_OBJECT_COUNTED))
      o[i].flags |= UPS_OBJECT_WHOLE;
    look_all(o[i].type, o[i].old, ups_used_end(&o[i]));
    look_at_found();
  }
}

/* Has anything been looked at as a whole of which it turned out that not all of it holds something? */
static void check_whole(const struct ups_object *o, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (o[i].flags & UPS_OBJECT_WHOLE && ups_used_end(&o[i]) < o[i].old_end && !ups_open_end(type_of(o[i].type)))
      refuse("another pointer that it is reached by needs a length, too: to ", o[i].type);
}

/* Everything that the old version has. */
static void look_everywhere(void *argument) {
  size_t moving, staying;
  struct ups_object *m = ups_objects(&moving), *s = ups_heap_staying(&staying);
  (void)argument;
  for (size_t i = 0; i < moving; i++)
    count_open(&m[i]);
  for (size_t i = 0; i < staying; i++)
    count_open(&s[i]);
  run_steps();
  look_at_variables();
  look_at_frames();
  for (size_t i = 0; i < moving; i++)
    if (!(m[i].flags & UPS_OBJECT_HEAP))
      look_all(m[i].type, m[i].old, ups_used_end(&m[i]));
  look_at_found();
  for (int counted = 0; counted <= 1; counted++) {
    look_at_heap(m, moving, counted);
    look_at_heap(s, staying, counted);
  }
  check_whole(m, moving);
  check_whole(s, staying);
}

/* Finds them, and gives those that move a place. */
enum ups_error ups_arrays_note(void) {
  const struct upstare_patch *p = ups_data.patch->blob;
  const struct upstare_step *s = ups_patch_table(p, p->steps);
  const struct upstare_move *m = ups_patch_table(p, p->moves);
  bool any = p->lengths.count || (p->steps.count && s[p->steps.count - 1].kind == UPSTARE_STEP_LENGTH);
  for (uint32_t i = 0; i < p->moves.count && !any; i++)
    any = m[i].kind == UPSTARE_MOVE_LENGTH;
  if (!any)
    return UPS_NONE;
  a.error = UPS_NONE;
  a.looked = a.slot_count = 0;
  if (!ups_guarded(look_everywhere, 0))
    a.error = ups_refuse(UPS_TRANSFORM_FAULT, "a length of the map's led there", "");
  ups_memory_free(a.slots, a.slot_count * sizeof *a.slots);
  a.slots = 0;
  if (a.error)
    ups_vector_free(&a.found);
  return a.error ? a.error : ups_arrays_settle(&a.found);
}
