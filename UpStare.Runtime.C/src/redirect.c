/* redirect.c - jumps where the old version's functions, and labels whose addresses the program keeps, were: whoever has such an address
 * comes to the new code.
 *
 * A function has room for a jump, and no two have one place (rule F2). A label is where gcc has put it, so both are looked at before
 * anything is decided. It is here that it must be: the running code can be older than the version that the patch was made from. */
#include "redirect.h"
#include "codewrite.h"
#include "patch.h"

#define JUMP 5 /* bytes of jmp rel32 */

static const uint8_t endbr64[4] = {0xf3, 0x0f, 0x1e, 0xfa};

/* Where the jump goes: after an endbr64 (rule F2). */
static uintptr_t jump_place(uintptr_t entry) {
  return ups_same((const void *)entry, endbr64, 4) ? entry + 4 : entry;
}

/* The end of the jump. */
uintptr_t ups_redirect_end(uintptr_t entry) { return jump_place(entry) + JUMP; }

/* jmp rel32 over the entry.  The trap first, then the tail, then the first byte (rule F3): whoever runs here
 * meanwhile sees the old code, a trap, or the whole jump. */
static bool redirect(struct ups_writer *w, uintptr_t at, uintptr_t to) {
  static const uint8_t trap = 0xcc, jump = 0xe9;
  int32_t distance = (int32_t)(to - (at + JUMP));
  return ups_writer_put(w, at, &trap, 1) && ups_writer_put(w, at + 1, &distance, 4) && ups_writer_put(w, at, &jump, 1);
}

/* Runs over the entries: writes what is there already, to see whether that can be done, or the jumps. */
bool ups_redirect_all(const struct ups_patch *patch, const struct ups_place *places, bool probe) {
  const struct upstare_patch *p = patch->blob;
  const struct upstare_redirect *r = ups_patch_table(p, p->redirects);
  uintptr_t low = UINTPTR_MAX, high = 0, text_low, text_high;
  text_low = ups_state->executable.base;
  text_high = text_low + ups_state->executable.size;
  for (uint32_t i = 0; i < p->redirects.count; i++) {
    uintptr_t at = places[r[i].entity].address;
    if (at == UINTPTR_MAX || at < text_low || at >= text_high)
      continue;
    low = at < low ? at : low;
    high = at + 16 > high ? at + 16 : high;
  }
  struct ups_writer w;
  bool ok = ups_writer_open(&w, low, high);
  for (uint32_t i = 0; i < p->redirects.count && ok; i++) {
    uintptr_t at = places[r[i].entity].address, to = patch->text + r[i].text;
    if (at == UINTPTR_MAX)
      continue;
    at = jump_place(at);
    int64_t distance = (int64_t)(to - (at + JUMP));
    if (probe)
      ok = distance == (int32_t)distance && !ups_fault(UPS_FAULT_REDIRECT) && ups_writer_put(&w, at, (const void *)at, JUMP);
    else
      ok = redirect(&w, at, to);
  }
  ups_writer_close(&w);
  return ok;
}

/* An entry or label that is to become a jump. */
struct target {
  uintptr_t at;
  uint32_t text, entity;
  bool is_label;
};

/* Orders them by place. */
static void sort(struct target *t, size_t n) {
  for (size_t gap = n / 2; gap; gap = gap == 2 ? 1 : gap * 5 / 11)
    for (size_t i = gap; i < n; i++) {
      struct target x = t[i];
      size_t k = i;
      for (; k >= gap && t[k - gap].at > x.at; k -= gap)
        t[k] = t[k - gap];
      t[k] = x;
    }
}

/* Is there room for every jump, and does no place lead to two labels?  *entity is one that is in the way. */
enum ups_error ups_redirect_fits(const struct ups_patch *patch, const struct ups_place *places, uint32_t *entity) {
  const struct upstare_patch *p = patch->blob;
  const struct upstare_redirect *r = ups_patch_table(p, p->redirects);
  size_t size = (p->redirects.count + 1) * sizeof(struct target), n = 0;
  struct target *t = ups_memory(size);
  if (!t)
    return UPS_NO_MEMORY;
  for (uint32_t i = 0; i < p->redirects.count; i++)
    if (places[r[i].entity].address != UINTPTR_MAX)
      t[n++] = (struct target){places[r[i].entity].address, r[i].text, r[i].entity, places[r[i].entity].kind == UPSTARE_ENTITY_LABEL};
  sort(t, n);
  enum ups_error error = UPS_NONE;
  for (size_t i = 1; i < n && !error; i++) {
    if (!t[i].is_label && !t[i - 1].is_label)
      continue;
    *entity = t[i].is_label ? t[i].entity : t[i - 1].entity;
    if (t[i].at == t[i - 1].at ? t[i].text != t[i - 1].text : t[i].at < jump_place(t[i - 1].at) + JUMP)
      error = UPS_LABELS;
  }
  ups_memory_free(t, size);
  return error;
}
