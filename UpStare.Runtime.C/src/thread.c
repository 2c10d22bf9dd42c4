/* thread.c - the memory of a thread. */
#include "thread.h"
#include "blocking.h"
#include "state.h"
#include <sys/mman.h>

#define SIDE_STACK ((size_t)128 << 10)
#define GUARD ((size_t)4096)
#define FIRST_ROOM 256

__thread struct ups_thread *ups_this_thread __attribute__((visibility("hidden")));

/* One mapping: a guard page, the side stack, the thread, its parked call. */
struct ups_thread *ups_thread_make(void) {
  uint8_t *memory = ups_memory(GUARD + SIDE_STACK + sizeof(struct ups_thread) + sizeof(struct ups_call));
  if (!memory)
    return 0;
  ups_sys(SYS_mprotect, memory, GUARD, PROT_NONE);
  struct ups_thread *thread = (struct ups_thread *)(memory + GUARD + SIDE_STACK);
  thread->side_stack = (uintptr_t)thread;
  thread->kept_call = (struct ups_call *)(thread + 1);
  return thread;
}

/* Makes an array larger. */
static bool extend(void *array, size_t *room, size_t count, size_t element) {
  void *old, *fresh;
  ups_copy(&old, array, sizeof old);
  if (count <= *room)
    return true;
  if (!(fresh = ups_memory(count * element)))
    return false;
  ups_copy(fresh, old, *room * element);
  ups_memory_free(old, *room * element);
  ups_copy(array, &fresh, sizeof fresh);
  *room = count;
  return true;
}

/* Room for frames: twice as much as before. */
bool ups_thread_room(struct ups_thread *thread, size_t count) {
  size_t wanted = thread->frame_room ? thread->frame_room : FIRST_ROOM;
  while (wanted < count)
    wanted *= 2;
  return count <= UPS_FRAME_MAX && extend(&thread->frames, &thread->frame_room, wanted, sizeof *thread->frames) &&
         extend(&thread->kept, &thread->kept_room, wanted, sizeof *thread->kept);
}
