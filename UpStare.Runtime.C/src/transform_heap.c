/* transform_heap.c - every remembered allocation is looked at, so nothing has to be followed: an object that only a library
 * knows is found as well (and refused, as nobody could tell the library).
 *
 * It is done in the order of addresses: old and new objects then lie in memory as they are converted, one after the other.
 *
 * New objects come from malloc.  That is safe here: every thread of the program has unrolled from a continuation point, and
 * none of those is inside of malloc.  Memory of our own would have to be known by everybody who gives memory back. */
#include "transform_heap.h"
#include "heap.h"
#include "patch.h"
#include "transform.h"
#include "vector.h"

static struct {
  const struct upstare_patch *p;
  const struct upstare_type *types;
  struct ups_vector blocks, stays; /* struct ups_block, as they will be; those that stay, struct ups_object of type UPSTARE_NONE: not known */
  bool fresh;
} h = {.blocks.size = sizeof(struct ups_block), .stays.size = sizeof(struct ups_object)};

/* What the patch says of a type, or 0. */
static const struct upstare_heap_type *heap_type(uint32_t key) {
  const struct upstare_heap_type *table = ups_patch_table(h.p, h.p->heap_types);
  uint32_t low = 0, high = h.p->heap_types.count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (table[middle].key < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low < h.p->heap_types.count && table[low].key == key ? &table[low] : 0;
}

/* An object that moves gets its memory. */
static bool note_moving(struct ups_block *b, uint32_t number) {
  const struct upstare_type *type = &h.types[number];
  uint64_t size = ups_new_size(number, b->size);
  void *memory = type->alignment > 16 ? aligned_alloc(type->alignment, (size + type->alignment - 1) & -(uint64_t)type->alignment) : calloc(1, size ? size : 1);
  if (!memory)
    return false;
  if (type->alignment > 16)
    ups_fill(memory, 0, size);
  struct ups_object o = {b->at, b->at + b->size, (uintptr_t)memory, number, UPS_OBJECT_HEAP, 0};
  if (!ups_object_add(&o)) {
    ups_heap_give_back(memory);
    return false;
  }
  b->at = (uintptr_t)memory;
  b->size = size;
  return true;
}

/* Notes one block, and makes it what it will be. */
static bool note(struct ups_block *b) {
  const struct upstare_heap_type *known = heap_type(b->key);
  if (known && h.types[known->type].flags & UPSTARE_TYPE_CHANGED) {
    if (b->size >= h.types[known->type].old_size && !note_moving(b, known->type))
      return false;
  } else if (known || !b->key) {
    struct ups_object *s = ups_vector_add(&h.stays);
    if (!s)
      return false;
    *s = (struct ups_object){b->at, b->at + b->size, 0, known ? known->type : UPSTARE_NONE, UPS_OBJECT_HEAP, 0};
  }
  if (known)
    b->key = known->new_key;
  return true;
}

static bool collect(const struct ups_block *block, void *argument) {
  struct ups_block *b = ups_vector_add(argument);
  if (b)
    *b = *block;
  return b;
}

/* Notes them all. */
enum ups_error ups_heap_note(const struct ups_patch *patch) {
  h.p = patch->blob;
  h.types = ups_patch_table(h.p, h.p->types);
  if (!h.p->heap_types.count)
    return UPS_NONE;
  if (!ups_heap_complete())
    return UPS_HEAP_INCOMPLETE;
  if (!ups_heap_is_sure())
    return UPS_HEAP_UNWATCHED;
  h.fresh = true;
  bool ok = ups_heap_each(collect, &h.blocks) && ups_vector_sort(&h.blocks);
  struct ups_block *b = (struct ups_block *)h.blocks.items;
  for (size_t i = 0; i < h.blocks.count && ok; i++)
    ok = note(&b[i]);
  ok = ok && ups_heap_fresh(b, h.blocks.count);
  ups_vector_free(&h.blocks);
  return ok ? UPS_NONE : UPS_NO_MEMORY;
}

/* Those that stay, sorted by address. */
struct ups_object *ups_heap_staying(size_t *count) {
  *count = h.stays.count;
  return (struct ups_object *)h.stays.items;
}

/* The one that holds an address. */
struct ups_object *ups_heap_staying_at(uintptr_t address) {
  struct ups_object *s = (struct ups_object *)h.stays.items;
  size_t low = 0, high = h.stays.count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (s[middle].old <= address)
      low = middle + 1;
    else
      high = middle;
  }
  return low && address < s[low - 1].old_end ? &s[low - 1] : 0;
}

/* Looks at those that stay. */
enum ups_error ups_heap_visit(void) {
  const struct ups_object *s = (const struct ups_object *)h.stays.items;
  enum ups_error error = UPS_NONE;
  for (size_t i = 0; i < h.stays.count && !error; i++)
    if (ups_used_end(&s[i]) > s[i].old)
      error = ups_visit(s[i].type, s[i].old, ups_used_end(&s[i]) - s[i].old);
  return error;
}

/* Gives memory back. */
void ups_heap_end(bool committed) {
  size_t count;
  const struct ups_object *o = ups_objects(&count);
  for (size_t i = 0; i < count; i++)
    if (o[i].flags & UPS_OBJECT_HEAP)
      ups_heap_give_back((void *)(committed ? o[i].old : o[i].new));
  if (h.fresh && committed)
    ups_heap_switch();
  else if (h.fresh)
    ups_heap_fresh_drop();
  h.fresh = false;
  ups_vector_free(&h.stays);
}
