/* transform_pointers.c - where a pointer leads, and what its new value is.
 *
 * The objects that move are sorted by address.  A pointer's value says which of them it leads into, its type says to what in
 * there: a pointer to the struct or to its first field, to an element, or just behind the last one. */
#include "commit.h"
#include "transform_arrays.h"
#include "transform_data.h"

/* Which objects begin in a page: a hash table.  It is small, and pointers that are looked at one after the other mostly lead to places
 * near each other; a table of all objects would miss the cache each time. */
struct page {
  uint32_t first, count; /* numbers of objects; count 0: free */
};
static struct page *pages;
static size_t page_slots;

static size_t slot_of(uintptr_t page) { return page * 0x9e3779b97f4a7c15u >> 20 & (page_slots - 1); }
static uintptr_t page_of(size_t object) { return ups_object(object)->old >> 12; }

/* The entry of a page, or the free one where it would be. */
static struct page *find_page(uintptr_t page) {
  size_t slot = slot_of(page);
  while (pages[slot].count && page_of(pages[slot].first) != page)
    slot = (slot + 1) & (page_slots - 1);
  return &pages[slot];
}

/* The objects are sorted. */
static bool make_pages(void) {
  size_t used = 1;
  for (size_t i = 1; i < ups_data.objects.count; i++)
    used += page_of(i) != page_of(i - 1);
  for (page_slots = 512; page_slots < 2 * used;)
    page_slots *= 2;
  if (!(pages = ups_memory(page_slots * sizeof *pages)))
    return false;
  for (size_t i = 0; i < ups_data.objects.count; i++) {
    struct page *p = find_page(page_of(i));
    if (!p->count++)
      p->first = (uint32_t)i;
  }
  return true;
}

/* The object whose bytes hold an address, or the last one that begins before it. */
static struct ups_object *before(uintptr_t address) {
  size_t low = 0, high = ups_data.objects.count;
  const struct page *p = find_page(address >> 12);
  if (p->count) {
    low = p->first;
    high = low + p->count;
  }
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (ups_object(middle)->old <= address)
      low = middle + 1;
    else
      high = middle;
  }
  return low ? ups_object(low - 1) : 0;
}

/* The part of a type that holds an offset; *index is the element. */
static const struct upstare_part *part_at(const struct upstare_type *type, uint64_t offset, uint64_t *index) {
  for (uint32_t i = 0; i < type->part_count; i++) {
    const struct upstare_part *p = &ups_data.parts[type->parts + i];
    uint64_t stride = ups_data.types[p->type].old_size;
    if (offset < p->old_offset || !stride)
      continue;
    *index = (offset - p->old_offset) / stride;
    if (p->count == UPSTARE_NONE || *index < p->count)
      return p;
  }
  return 0;
}

/* The type of a part of the data at `data`. */
static uint32_t type_of(const struct upstare_part *p, const uint8_t *data) {
  const struct upstare_type *type = &ups_data.types[p->type];
  const struct upstare_part *choice = type->kind == UPSTARE_TYPE_CHOICE ? ups_choose(type, data) : 0;
  return choice ? choice->type : p->type;
}

/* The new offset of what a pointer to `wanted` means at an offset of the old data at `data`.  A pointer to anything means the outermost
 * thing that begins there, or a byte of data that stay as they are.  False: nothing in the new version is that. */
static bool new_offset(uint32_t number, const uint8_t *data, uint64_t offset, uint32_t wanted, uint64_t *result) {
  const struct upstare_type *type = &ups_data.types[number];
  uint64_t index, inner;
  if (!offset && wanted == number) {
    *result = 0;
    return true;
  }
  const struct upstare_part *p = part_at(type, offset, &index);
  if (p) {
    const struct upstare_type *element = &ups_data.types[p->type];
    uint64_t start = p->old_offset + index * element->old_size;
    if (new_offset(type_of(p, data), data + start, offset - start, wanted, &inner)) {
      *result = p->new_offset + index * element->new_size + inner;
      return wanted != ANY || offset || !*result; /* the struct, or its first field, which lies elsewhere now? */
    }
  }
  if (wanted != ANY)
    return false;
  *result = offset;
  return !offset || (!p && !(type->flags & UPSTARE_TYPE_CHANGED) && offset < type->old_size);
}

/* Which element of an object is at an offset? */
static uint64_t element_at(const struct upstare_type *type, uint64_t offset) { return type->old_size && !ups_open_end(type) ? offset / type->old_size : 0; }

/* The new address of what a pointer into an object leads to. */
static bool new_address(const struct ups_object *o, uintptr_t value, uint32_t wanted, uintptr_t *result) {
  const struct upstare_type *type = &ups_data.types[o->type];
  uint64_t offset = value - o->old, index = element_at(type, offset), inner;
  offset -= index * type->old_size;
  if (!new_offset(o->type, (const uint8_t *)value - offset, offset, wanted, &inner))
    return false;
  *result = o->new + index * type->new_size + inner;
  return true;
}

/* Is something of a type there? */
bool ups_is_part(const struct ups_object *o, uintptr_t address, uint32_t type) {
  uintptr_t unused;
  return new_address(o, address, type, &unused);
}

/* The last part of a type; 0: it has none, or nobody knows how long that is. */
static const struct upstare_part *last_part(const struct upstare_type *type) {
  const struct upstare_part *last = 0;
  for (uint32_t i = 0; i < type->part_count; i++) {
    const struct upstare_part *p = &ups_data.parts[type->parts + i];
    if (!last || p->old_offset > last->old_offset)
      last = p;
  }
  return last && last->count != UPSTARE_NONE ? last : 0;
}

/* Does a value of a type end with one of `wanted`? */
static bool ends_with(uint32_t number, uint32_t wanted) {
  const struct upstare_part *p = last_part(&ups_data.types[number]);
  return number == wanted || (p && ends_with(p->type, wanted));
}

/* The new end of an array of which the last elements are gone; it is at the end of a value of the type.  False: there is none. */
static bool cut_end(uint32_t number, uint32_t wanted, uint64_t *result) {
  const struct upstare_type *type = &ups_data.types[number];
  const struct upstare_part *p = last_part(type);
  if (!p || !p->count)
    return false;
  const struct upstare_type *element = &ups_data.types[p->type];
  if (p->old_offset + p->count * element->old_size == type->old_size) {
    uint64_t inner;
    if (!cut_end(p->type, wanted, &inner))
      return false;
    *result = p->new_offset + (p->count - 1) * element->new_size + inner;
    return true;
  }
  *result = p->new_offset + p->count * element->new_size;
  return type->part_count == 1 && !p->old_offset && ends_with(p->type, wanted); /* else it is padding */
}

/* A pointer just behind the last element of an array that moves. */
static bool end_address(const struct ups_object *o, uintptr_t value, uint32_t wanted, uintptr_t *result) {
  if (wanted == ANY || value != o->old_end || !ups_data.types[o->type].old_size || !ups_data.types[wanted].old_size || ups_data.types[wanted].old_size > value - o->old)
    return false;
  const struct upstare_type *type = &ups_data.types[o->type];
  uint64_t offset = value - ups_data.types[wanted].old_size - o->old, index = element_at(type, offset), inner;
  const uint8_t *element = (const uint8_t *)o->old + index * type->old_size;
  if (new_offset(o->type, element, offset - index * type->old_size, wanted, &inner))
    inner += ups_data.types[wanted].new_size;
  else if (!cut_end(o->type, wanted, &inner))
    return false;
  *result = o->new + index * type->new_size + inner;
  return true;
}

/* Has an array lost its last elements?  Such a one is a type of its own wherever it lies. */
static bool is_cut(const struct upstare_type *type, const struct upstare_part *p) {
  return type->part_count == 1 && !p->old_offset && (uint64_t)p->count * ups_data.types[p->type].old_size < type->old_size;
}

/* The new offset of the end of an array of `wanted` that lies in the data at `data` and ends at an offset.  False: none ends there. */
static bool array_end(uint32_t number, const uint8_t *data, uint64_t offset, uint32_t wanted, uint64_t *result) {
  const struct upstare_type *type = &ups_data.types[number];
  for (uint32_t i = 0; i < type->part_count; i++) {
    const struct upstare_part *p = &ups_data.parts[type->parts + i];
    const struct upstare_type *element = &ups_data.types[p->type];
    if (offset <= p->old_offset || !element->old_size || p->count == UPSTARE_NONE)
      continue;
    uint64_t index = (offset - p->old_offset - 1) / element->old_size, start = p->old_offset + index * element->old_size;
    if (index >= p->count)
      continue;
    bool is_end = offset == start + element->old_size;
    *result = p->new_offset + p->count * element->new_size;
    if (is_end && p->type == wanted && p->count > 1 && index + 1 == p->count && !is_cut(type, p))
      return true;
    if ((is_end && cut_end(p->type, wanted, result)) || array_end(type_of(p, data), data + start, offset - start, wanted, result)) {
      *result += p->new_offset + index * element->new_size;
      return true;
    }
  }
  return false;
}

/* The new address of the end of an array inside of an object, where a field that follows may begin. */
static bool inner_end(const struct ups_object *o, uintptr_t value, uint32_t wanted, uintptr_t *result) {
  const struct upstare_type *type = &ups_data.types[o->type];
  if (wanted == ANY || value == o->old)
    return false;
  uint64_t index = element_at(type, value - 1 - o->old), start = index * type->old_size, inner;
  if (!array_end(o->type, (const uint8_t *)o->old + start, value - o->old - start, wanted, &inner))
    return false;
  *result = o->new + index * type->new_size + inner;
  return true;
}

/* Is what a pointer to `wanted` behind its end would be the end of an array, and not of a single field? */
static bool ends_array(uint32_t number, uint64_t end, uint32_t wanted) {
  const struct upstare_type *type = &ups_data.types[number];
  uint64_t index;
  if (number == wanted || end < ups_data.types[wanted].old_size)
    return true;
  const struct upstare_part *p = part_at(type, end - ups_data.types[wanted].old_size, &index);
  if (!p || p->count > 1)
    return true;
  return p->type != wanted && ends_array(p->type, end - p->old_offset, wanted);
}

/* Is an address that of a local that stays? */
static bool thread_has(const struct ups_thread *thread, uintptr_t address) {
  for (uint32_t i = 0; i < thread->part_count; i++) {
    const struct ups_part *part = &thread->parts[i];
    for (uint32_t k = 0; k < part->move_count; k++)
      if (part->moves[k].kind == UPSTARE_MOVE_ADDRESS && ups_same(ups_values_of(thread, part) + part->moves[k].to, &address, 8))
        return true;
  }
  return false;
}

/* Can an old variable be what a pointer to `target` leads to?  Of one that the new version does not have nobody knows. */
static bool may_be(uint32_t entity, uintptr_t address, uint32_t target) {
  const struct upstare_patch *p = ups_data.patch->blob;
  const struct upstare_variable *v = ups_patch_table(p, p->variables);
  uint64_t offset;
  for (uint32_t i = 0; i < p->variables.count; i++)
    if (v[i].entity == entity)
      return new_offset(v[i].type, (const uint8_t *)address, 0, target, &offset);
  return true;
}

/* Does a variable or a local that stays, and that a pointer to `target` may lead to, begin at an address? */
static bool begins_at(uintptr_t address, uint32_t target) {
  const struct ups_place *places = ups_old_places(ups_data.patch);
  for (uint32_t i = 0; i < ups_data.patch->blob->old_entities.count; i++)
    if (places[i].kind == UPSTARE_ENTITY_VARIABLE && places[i].address == address && may_be(i, address, target))
      return true;
  for (const struct ups_thread *thread = ups_state->threads; thread; thread = thread->next)
    if (thread->state == UPS_THREAD_LEAVES && thread_has(thread, address))
      return true;
  return false;
}

/* The new value of a pointer to `target`. */
enum ups_error ups_map_pointer(uintptr_t value, uint32_t target, uintptr_t *result) {
  struct ups_object *o = before(value);
  *result = value;
  if (o && value < o->old_end) {
    o->flags |= UPS_OBJECT_SEEN;
    if (value > ups_used_end(o))
      return ups_refuse(UPS_LENGTH, "a pointer leads behind the elements that it counts, to ", ups_type_name(o->type));
    uintptr_t end;
    bool is_end = (o > ups_object(0) && end_address(o - 1, value, target, &end)) || inner_end(o, value, target, &end);
    bool is_exact = new_address(o, value, target, result);
    if (is_end && is_exact && end != *result)
      return ups_refuse(UPS_UNKNOWN_POINTER, "a pointer to the end of one array and the start of what follows, ", ups_type_name(target));
    if (is_end && !is_exact)
      *result = end;
    else if (!is_exact && (target == ANY || !new_address(o, value, ANY, result)))
      return ups_refuse(UPS_UNKNOWN_POINTER, "a pointer into ", ups_type_name(o->type));
    return UPS_NONE;
  }
  uintptr_t end;
  if (o && end_address(o, value, target, &end)) {
    /* Where the map says that an array begins, nobody means the end of the field before it. */
    uint64_t size = ups_data.types[o->type].old_size, last = value - o->old - element_at(&ups_data.types[o->type], value - o->old - 1) * size;
    if (ups_arrays_begin(value, target)) {
      if (ends_array(o->type, last, target))
        return ups_refuse(UPS_UNKNOWN_POINTER, "a pointer to the end of one array and the start of what follows, ", ups_type_name(target));
      return UPS_NONE;
    }
    /* Of a type that changed there is nothing that stays, which could begin here. */
    if (!(ups_data.types[target].flags & UPSTARE_TYPE_CHANGED) && begins_at(value, target))
      return ups_refuse(UPS_UNKNOWN_POINTER, "a pointer to the end of one array and the start of what follows, ", ups_type_name(target));
    *result = end;
    return UPS_NONE;
  }
  if (target != ANY && ups_data.types[target].flags & UPSTARE_TYPE_CHANGED && value >= UPS_SENTINEL && value < -(uintptr_t)UPS_SENTINEL && !ups_arrays_is_empty(value, target))
    return ups_refuse(UPS_UNKNOWN_OBJECT, "a pointer to ", ups_type_name(target));
  return UPS_NONE;
}

/* ---- The objects by address --------------------------------------------------------------------------- */

/* Are there two objects in one place? */
static bool overlap(void) {
  for (size_t i = 1; i < ups_data.objects.count; i++)
    if (ups_object(i - 1)->old_end > ups_object(i)->old)
      return true;
  return false;
}

/* Sorts the objects. */
enum ups_error ups_pointers_prepare(void) {
  if (!ups_vector_sort(&ups_data.objects) || !make_pages())
    return UPS_NO_MEMORY;
  return overlap() ? ups_refuse(UPS_UNKNOWN_OBJECT, "two objects at one address", "") : UPS_NONE;
}

/* The object that holds an address. */
struct ups_object *ups_object_at(uintptr_t address) {
  struct ups_object *o = before(address);
  return o && address < o->old_end ? o : 0;
}

void ups_pointers_end(void) {
  ups_memory_free(pages, page_slots * sizeof *pages);
  pages = 0;
}
