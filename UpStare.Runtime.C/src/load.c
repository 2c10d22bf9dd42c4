/* load.c - from a request to a patch that is ready: read, checked, copied into the arena, bound, and its tables for the
 * running code taken over.  Only one thread is here at a time, and no site is armed. */
#include "load.h"
#include "arena.h"
#include "control.h"
#include "executable.h"
#include "patch.h"
#include "sites.h"

/* Forgets the tables of the executable. */
void ups_load_forget(void) {
  struct ups_image *e = &ups_state->executable;
  ups_memory_free(e->inner, e->inner_size);
  *e = (struct ups_image){.base = e->base, .size = e->size, .flag = e->flag};
}

/* The executable's tables, from the patch; they must fit its code. */
static enum ups_error take_executable_tables(const struct upstare_patch *p) {
  struct ups_image *e = &ups_state->executable;
  uintptr_t low, high, base = ups_executable_bias() + p->old_image.image_base;
  ups_executable_range(&low, &high);
  if (base < low || base > high || p->old_image.image_size > high - base)
    return UPS_BAD_TABLE;
  *e = (struct ups_image){
      .base = base,
      .size = (uint32_t)p->old_image.image_size,
      .flag = e->flag,
      .sites = ups_patch_table(p, p->old_image.sites),
      .site_count = p->old_image.sites.count,
      .operands = ups_patch_table(p, p->old_image.operands),
      .operand_count = p->old_image.operands.count,
      .returns = ups_patch_table(p, p->old_image.returns),
      .return_count = p->old_image.returns.count,
      .points = ups_patch_table(p, p->old_points),
      .point_count = p->old_points.count,
      .strings = ups_patch_table(p, p->strings),
  };
  for (uint32_t i = 0; i < e->site_count; i++) {
    const Elf64_Phdr *segment = ups_executable_segment(base + e->sites[i].address);
    if (!segment || !(segment->p_flags & PF_X))
      return UPS_WRONG_CODE;
  }
  if (!ups_sites_fit(e))
    return UPS_WRONG_CODE;
  return ups_sites_prepare(e) ? UPS_NONE : UPS_NO_MEMORY;
}

/* Is it the very patch that made the version the program is in (an identity patch, asked for again)? */
static bool is_current(const struct upstare_patch *p) {
  const struct ups_patch *v = ups_state->version;
  return v && v->blob->checksum == p->checksum && v->blob->size == p->size;
}

/* Is the code of patches this process's alone? */
static bool own_code(void) {
  ups_lock();
  bool own = ups_arena_own();
  ups_unlock();
  return own;
}

/* Brings the patch into memory. */
enum ups_error ups_load(const char *path, char *detail) {
  size_t text, data;
  struct ups_patch read = {0}, *patch;
  enum ups_error error = ups_control_read(path, &read, detail);
  if (!error && is_current(read.blob)) {
    ups_memory_free(read.file, read.file_size);
    ups_state->patch = ups_state->version;
    return UPS_NONE;
  }
  if (!(patch = ups_memory(sizeof *patch))) {
    ups_memory_free(read.file, read.file_size);
    return UPS_NO_MEMORY;
  }
  *patch = read;
  ups_arena_mark(&text, &data);
  if (!error && !own_code())
    error = UPS_LENT;
  if (!error)
    error = ups_patch_load(patch, detail);
  ups_lock();
  if (!error && !ups_state->version)
    error = take_executable_tables(patch->blob); /* with the lock: a thread may be on its way to the trap handler */
  if (!error && ups_state->version && patch->blob->maps.count != ups_state->image->point_count)
    error = UPS_BAD_TABLE;
  if (error) {
    if (!ups_state->version)
      ups_load_forget();
    ups_arena_release(text, data);
    ups_patch_drop(patch);
  } else
    ups_state->patch = patch;
  ups_unlock();
  return error;
}
