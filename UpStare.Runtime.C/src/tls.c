/* tls.c - thread-local variables that come with patches: new ones, and those whose type changed.
 *
 * The static block of a thread is as large as it was when the thread was created, and no variable can be added to it.  So every
 * executable has some room in there from the start, which patches fill one after the other.  It costs nothing but its bytes in each
 * thread.  What is taken stays taken: later versions may go on with a variable. */
#include "tls.h"
#include "patch.h"

#define ROOM 512
#define ALIGN 64

static __thread uint8_t room[ROOM] __attribute__((aligned(ALIGN), tls_model("initial-exec")));
static uint32_t used;
static uint8_t image[ROOM]; /* what a thread begins with */

static uintptr_t room_offset(void) { return (uintptr_t)room - (uintptr_t)__builtin_thread_pointer(); }

bool ups_tls_take(uint32_t size, uintptr_t *offset) {
  *offset = room_offset() + used;
  return size <= ROOM - used;
}

void ups_tls_start(const struct ups_patch *patch) {
  const struct upstare_patch *p = patch->blob;
  for (const struct ups_thread *t = ups_state->threads; t && p->tls_size; t = t->next) {
    if (t->state != UPS_THREAD_LEAVES && t->state != UPS_THREAD_WAITS)
      continue;
    ups_fill((void *)(t->pointer + patch->tls), 0, p->tls_size);
    ups_copy((void *)(t->pointer + patch->tls), ups_patch_table(p, p->tls), p->tls.count);
  }
}

void ups_tls_commit(const struct ups_patch *patch) {
  const struct upstare_patch *p = patch->blob;
  ups_copy(image + used, ups_patch_table(p, p->tls), p->tls.count);
  used += (p->tls_size + ALIGN - 1) & ~(ALIGN - 1u);
  used = used < ROOM ? used : ROOM;
}

void ups_tls_begin(void) {
  if (used)
    ups_copy(room, image, used);
}
