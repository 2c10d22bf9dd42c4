/* transform_pointers.c - where a pointer leads, and what its new value is.
 *
 * The objects that move are sorted by address.  A pointer's value says which of them it leads into, its type says to what in
 * there: a pointer to the struct or to its first field, to an element, or just behind the last one. */
#include "commit.h"
#include "transform_data.h"

#define SENTINEL 4096 /* below lie values that programs use as marks */

static uint32_t *starts;   /* hash table: numbers of objects by their address, plus 1 */
static size_t starts_size; /* bytes */

static size_t start_slot(uintptr_t address) { return (address >> 4) * 0x9e3779b97f4a7c15u >> 20 & (starts_size / 4 - 1); }

/* Most pointers lead to the start of an object: found without a search. */
static bool make_starts(void) {
  starts_size = 4096;
  while (starts_size < 8 * ups_data.objects.count)
    starts_size *= 2;
  if (!(starts = ups_memory(starts_size)))
    return false;
  for (size_t i = 0; i < ups_data.objects.count; i++) {
    size_t slot = start_slot(ups_object(i)->old);
    while (starts[slot])
      slot = (slot + 1) & (starts_size / 4 - 1);
    starts[slot] = (uint32_t)i + 1;
  }
  return true;
}

/* The object whose bytes hold an address, or the last one that begins before it. */
static struct ups_object *before(uintptr_t address) {
  size_t low = 0, high = ups_data.objects.count;
  for (size_t slot = start_slot(address); starts[slot]; slot = (slot + 1) & (starts_size / 4 - 1))
    if (ups_object(starts[slot] - 1)->old == address)
      return ups_object(starts[slot] - 1);
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

/* The new address of what a pointer into an object leads to. */
static bool new_address(const struct ups_object *o, uintptr_t value, uint32_t wanted, uintptr_t *result) {
  const struct upstare_type *type = &ups_data.types[o->type];
  uint64_t offset = value - o->old, index = type->old_size ? offset / type->old_size : 0, inner;
  offset -= index * type->old_size;
  if (!new_offset(o->type, (const uint8_t *)value - offset, offset, wanted, &inner))
    return false;
  *result = o->new + index * type->new_size + inner;
  return true;
}

/* A pointer just behind the last element of an array that moves. */
static bool end_address(const struct ups_object *o, uintptr_t value, uint32_t wanted, uintptr_t *result) {
  if (wanted == ANY || value != o->old_end || !ups_data.types[o->type].old_size || !ups_data.types[wanted].old_size || ups_data.types[wanted].old_size > value - o->old)
    return false;
  const struct upstare_type *type = &ups_data.types[o->type];
  uint64_t offset = value - ups_data.types[wanted].old_size - o->old, index = offset / type->old_size, inner;
  const uint8_t *element = (const uint8_t *)o->old + index * type->old_size;
  if (!new_offset(o->type, element, offset - index * type->old_size, wanted, &inner))
    return false;
  *result = o->new + index * type->new_size + inner + ups_data.types[wanted].new_size;
  return true;
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
    uintptr_t end;
    bool is_end = o > ups_object(0) && end_address(o - 1, value, target, &end);
    bool is_exact = new_address(o, value, target, result);
    if (is_end && is_exact && end != *result)
      return ups_refuse(UPS_UNKNOWN_POINTER, "a pointer to the end of one object and the start of the next, ", ups_type_name(target));
    if (is_end && !is_exact)
      *result = end;
    else if (!is_exact && (target == ANY || !new_address(o, value, ANY, result)))
      return ups_refuse(UPS_UNKNOWN_POINTER, "a pointer into ", ups_type_name(o->type));
    return UPS_NONE;
  }
  uintptr_t end;
  if (o && end_address(o, value, target, &end)) {
    /* Of a type that changed there is nothing that stays, which could begin here. */
    if (!(ups_data.types[target].flags & UPSTARE_TYPE_CHANGED) && begins_at(value, target))
      return ups_refuse(UPS_UNKNOWN_POINTER, "a pointer to the end of one object and the start of the next, ", ups_type_name(target));
    *result = end;
    return UPS_NONE;
  }
  if (target != ANY && ups_data.types[target].flags & UPSTARE_TYPE_CHANGED && value >= SENTINEL && value < -(uintptr_t)SENTINEL)
    return ups_refuse(UPS_UNKNOWN_OBJECT, "a pointer to ", ups_type_name(target));
  return UPS_NONE;
}

/* ---- The objects by address --------------------------------------------------------------------------- */

/* Sorts the objects by address: radix sort of keys with numbers, then each object moves once.  False: no memory. */
struct key {
  uint64_t address;
  uint64_t number;
};
static void sort_pass(const struct key *from, struct key *to, size_t count, unsigned shift) {
  size_t first[4097] = {0};
  for (size_t i = 0; i < count; i++)
    first[(from[i].address >> shift & 4095) + 1]++;
  for (unsigned d = 0; d < 4096; d++)
    first[d + 1] += first[d];
  for (size_t i = 0; i < count; i++)
    to[first[from[i].address >> shift & 4095]++] = from[i];
}
static bool sort(void) {
  size_t n = ups_data.objects.count, bytes = (n + 1) * sizeof(struct key);
  struct key *keys = ups_memory(2 * bytes), *other = keys + n + 1;
  struct ups_vector sorted = {.size = sizeof(struct ups_object)};
  bool ok = keys;
  for (size_t i = 0; i < n && ok; i++)
    keys[i] = (struct key){ups_object(i)->old, i};
  for (unsigned shift = 0; shift < 48 && ok; shift += 12) {
    sort_pass(keys, other, n, shift);
    struct key *swap = keys;
    keys = other;
    other = swap;
  }
  for (size_t i = 0; i < n && ok; i++) {
    struct ups_object *o = ups_vector_add(&sorted);
    if ((ok = o))
      *o = *ups_object(keys[i].number);
  }
  ups_memory_free(keys < other ? keys : other, keys ? 2 * bytes : 0);
  if (ok) {
    ups_vector_free(&ups_data.objects);
    ups_data.objects = sorted;
  } else
    ups_vector_free(&sorted);
  return ok;
}

/* Are there two objects in one place? */
static bool overlap(void) {
  for (size_t i = 1; i < ups_data.objects.count; i++)
    if (ups_object(i - 1)->old_end > ups_object(i)->old)
      return true;
  return false;
}

/* Sorts the objects. */
enum ups_error ups_pointers_prepare(void) {
  if (!sort() || !make_starts())
    return UPS_NO_MEMORY;
  return overlap() ? ups_refuse(UPS_UNKNOWN_OBJECT, "two objects at one address", "") : UPS_NONE;
}

/* The object that holds an address. */
const struct ups_object *ups_object_at(uintptr_t address) {
  const struct ups_object *o = before(address);
  return o && address < o->old_end ? o : 0;
}

void ups_pointers_end(void) {
  ups_memory_free(starts, starts_size);
  starts = 0;
}
