/* transform_array_places.c - what becomes of the arrays that lengths have spoken of.
 *
 * Those whose type changed, and which lie in no object that is known, become objects that move; those that stay are looked through for pointers.
 * Memory is that of the allocator that libraries use: one of the program's own cannot be called now. */
#include "transform_arrays.h"
#include "symbols.h"
#include "transform_data.h"
#include "transform_heap.h"

static struct {
  struct ups_vector *found;          /* all of them; sorted by address once they are settled */
  struct ups_vector moving, staying; /* those that do not lie in known objects */
  enum ups_error error;
} a = {.moving.size = sizeof(struct ups_array), .staying.size = sizeof(struct ups_array)};

static const struct upstare_type *type_of(uint32_t number) { return &ups_data.types[number]; }
static bool is_array(const struct ups_array *f) { return f->at != f->end; }

static struct {
  void *(*calloc)(size_t, size_t), *(*aligned_alloc)(size_t, size_t);
  void (*free)(void *);
} memory;

static bool find_memory(void) {
  memory.calloc = (void *(*)(size_t, size_t))ups_symbol_of_libraries("calloc", false);
  memory.aligned_alloc = (void *(*)(size_t, size_t))ups_symbol_of_libraries("aligned_alloc", false);
  memory.free = (void (*)(void *))ups_symbol_of_libraries("free", false);
  return memory.calloc && memory.aligned_alloc && memory.free;
}

/* Two arrays that overlap: one that lies in the other, the same one from another place on, or nobody knows. */
static bool join(struct ups_array *last, const struct ups_array *f) {
  uint64_t size = type_of(f->type)->old_size;
  bool same = last->type == f->type && (f->at - last->at) % size == 0 && !ups_open_end(type_of(f->type));
  if (f->end > last->end && f->at == last->at)
    *last = *f;
  else if (f->end > last->end && !same)
    return false;
  else if (same) {
    last->used = f->used > last->used ? f->used : last->used;
    last->end = f->end > last->end ? f->end : last->end;
  }
  return true;
}

/* Sorts out what lies in known objects. */
static bool sort_out(const struct ups_array *f) {
  const struct upstare_type *type = type_of(f->type);
  bool moves = type->flags & UPSTARE_TYPE_CHANGED;
  struct ups_vector *v = moves ? &a.moving : &a.staying;
  const struct ups_object *o = ups_object_at(f->at), *stays = ups_heap_staying_at(f->at);
  if (!is_array(f) || !(type->flags & (UPSTARE_TYPE_CHANGED | UPSTARE_TYPE_POINTERS)) || (!moves && stays && stays->type == f->type))
    return true;
  if (o) {
    if (!ups_is_part(o, f->at, f->type))
      a.error = ups_refuse(UPS_LENGTH, "it says that there is an array in an object that moves and has none there, of ", ups_type_name(f->type));
    return !a.error;
  }
  struct ups_array *last = v->count ? ups_array(v, v->count - 1) : 0;
  if (moves && last && f->at < last->end) {
    if (!join(last, f))
      a.error = ups_refuse(UPS_LENGTH, "it says that arrays overlap, of ", ups_type_name(f->type));
    return !a.error;
  }
  struct ups_array *place = ups_vector_add(v);
  if (place)
    *place = *f;
  return place;
}

/* How many arrays of a type lie one right behind the other, from the i-th on. */
static size_t run_length(size_t i) {
  size_t n = 1;
  const struct ups_array *f = ups_array(&a.moving, i);
  while (i + n < a.moving.count && f[n].at == f[n - 1].end && f[n].type == f->type && !ups_open_end(type_of(f->type)))
    n++;
  return n;
}

/* Arrays that move become objects.  Those that lie one right behind the other do so again: a pointer to the end of one may be one to the start of the next. */
static bool add_objects(const struct ups_array *f, size_t count) {
  const struct upstare_type *type = type_of(f->type);
  uint64_t size = 0, alignment = type->alignment;
  for (size_t i = 0; i < count; i++)
    size += ups_new_size(f->type, f[i].end - f[i].at);
  uint8_t *new = alignment > 16 ? memory.aligned_alloc(alignment, (size + alignment - 1) & -alignment) : memory.calloc(1, size);
  if (!new)
    return false;
  if (alignment > 16)
    ups_fill(new, 0, size);
  for (size_t i = 0; i < count; i++) {
    struct ups_object o = {f[i].at, f[i].end, (uintptr_t)new, f->type, UPS_OBJECT_ARRAY | UPS_OBJECT_COUNTED | (i ? 0 : UPS_OBJECT_OWNER), f[i].used};
    if (!ups_object_add(&o)) {
      if (!i)
        memory.free(new);
      return false;
    }
    new += ups_new_size(f->type, f[i].end - f[i].at);
  }
  return true;
}

/* Sorts what was found, and makes objects of those that move. */
enum ups_error ups_arrays_settle(struct ups_vector *found) {
  bool ok = ups_vector_sort(found);
  a.found = found;
  a.error = UPS_NONE;
  for (size_t i = 0; i < found->count && ok; i++)
    ok = sort_out(ups_array(found, i));
  if (a.error)
    return a.error;
  ok = ok && (!a.moving.count || find_memory());
  for (size_t i = 0, n; i < a.moving.count && ok; i += n) {
    n = run_length(i);
    ok = add_objects(ups_array(&a.moving, i), n);
  }
  if (!ok)
    return UPS_NO_MEMORY;
  if (!a.moving.count)
    return UPS_NONE;
  ups_pointers_end();
  return ups_pointers_prepare();
}

/* The array of a type that begins at an address; 0: no length has spoken of one. */
static const struct ups_array *beginning_at(uintptr_t address, uint32_t type) {
  size_t low = 0, high = a.found ? a.found->count : 0;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (ups_array(a.found, middle)->at < address)
      low = middle + 1;
    else
      high = middle;
  }
  for (; a.found && low < a.found->count && ups_array(a.found, low)->at == address; low++)
    if (ups_array(a.found, low)->type == type)
      return ups_array(a.found, low);
  return 0;
}

/* Is it a pointer to an array of which a length says that it has no room for any element? */
bool ups_arrays_is_empty(uintptr_t value, uint32_t type) {
  const struct ups_array *f = beginning_at(value, type);
  return f && !is_array(f);
}

/* Does an array begin there? */
bool ups_arrays_begin(uintptr_t value, uint32_t type) { return beginning_at(value, type); }

/* Does an address lie in an array that stays, or whose elements have moved? */
bool ups_arrays_know(uintptr_t address) {
  const struct ups_object *o = ups_object_at(address);
  if (o && o->flags & UPS_OBJECT_ARRAY)
    return true;
  for (size_t i = 0; i < a.staying.count; i++)
    if (address >= ups_array(&a.staying, i)->at && address < ups_array(&a.staying, i)->end)
      return true;
  return false;
}

/* Calls visit(type, at, size) for those that stay. */
enum ups_error ups_arrays_visit(enum ups_error (*visit)(uint32_t, uintptr_t, uint64_t)) {
  enum ups_error error = UPS_NONE;
  for (size_t i = 0; i < a.staying.count && !error; i++) {
    const struct ups_array *f = ups_array(&a.staying, i);
    if (f->used > f->at)
      error = visit(f->type, f->at, f->used - f->at);
  }
  return error;
}

/* Forgets them, and, when nothing was committed, gives the new memory back.  The old one is whoever's it was; where it is remembered without a type it is
 * cleared, or the next update would take what is left there for pointers. */
void ups_arrays_end(bool committed) {
  size_t count;
  const struct ups_object *o = ups_objects(&count);
  for (size_t i = 0; i < count; i++) {
    if (!(o[i].flags & UPS_OBJECT_ARRAY))
      continue;
    const struct ups_object *in = ups_heap_staying_at(o[i].old);
    if (!committed && o[i].flags & UPS_OBJECT_OWNER)
      memory.free((void *)o[i].new);
    if (committed && in && in->type == UPSTARE_NONE)
      ups_fill((void *)o[i].old, 0, o[i].old_end - o[i].old);
  }
  if (a.found)
    ups_vector_free(a.found);
  a.found = 0;
  ups_vector_free(&a.moving);
  ups_vector_free(&a.staying);
}
