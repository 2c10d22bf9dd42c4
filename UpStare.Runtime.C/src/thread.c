/* thread.c - the places of threads: their memory, who has them, and when they are free again. */
#include "thread.h"
#include "blocking_call.h"
#include "state.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define GUARD ((size_t)4096)
#define FIRST_ROOM 256

__thread struct ups_thread *ups_this_thread __attribute__((visibility("hidden")));

/* One mapping: a guard page, the side stack, the thread and what is made with it, its parked and its interrupted calls. */
struct ups_thread *ups_thread_make(size_t size) {
  uint8_t *memory = ups_memory(GUARD + UPS_SIDE_STACK + size + (1 + UPS_INTERRUPTION_MAX) * sizeof(struct ups_call));
  if (!memory)
    return 0;
  ups_sys(SYS_mprotect, memory, GUARD, PROT_NONE);
  struct ups_thread *thread = (struct ups_thread *)(memory + GUARD + UPS_SIDE_STACK);
  thread->side_stack = (uintptr_t)thread;
  thread->kept_call = (struct ups_call *)((uint8_t *)thread + size);
  thread->state = UPS_THREAD_BORN;
  return thread;
}

/* Makes the place as new. */
static void clean(struct ups_thread *thread) {
  thread->tid = 0;
  thread->base_sp = thread->base_top = 0;
  thread->unrolled = thread->no_update = thread->blocked = 0;
  thread->frame_count = thread->kept_count = thread->left = thread->reason_count = 0;
  thread->parked = 0;
  thread->waits_for = 0;
  thread->nudged = false;
  thread->trap_blocked = thread->refused = thread->asleep = thread->joins = thread->must_stop = thread->away_deferred = thread->away_is_timed = false;
  thread->away_frame = thread->claimed = 0;
  thread->failure = UPS_NONE;
}

/* A place: one that is free, else a new one at the head of the list. */
struct ups_thread *ups_thread_claim(void) {
  for (struct ups_thread *t = ups_state->threads; t; t = t->next) {
    uint32_t ends = UPS_THREAD_ENDS, free = UPS_THREAD_FREE;
    if (t->state == UPS_THREAD_ENDS && t->tid != ups_state->pid && ups_thread_gone(t))
      atomic_compare_exchange_strong(&t->state, &ends, UPS_THREAD_FREE);
    if (atomic_compare_exchange_strong(&t->state, &free, UPS_THREAD_BORN)) {
      clean(t);
      return t;
    }
  }
  struct ups_thread *fresh = ups_thread_make(sizeof *fresh), *head = ups_state->threads;
  if (!fresh)
    return 0;
  do
    fresh->next = head;
  while (!atomic_compare_exchange_weak(&ups_state->threads, &head, fresh));
  return fresh;
}

/* A dead thread's number may be ours now: its place is free. */
static void free_namesakes(const struct ups_thread *thread) {
  for (struct ups_thread *t = ups_state->threads; t; t = t->next) {
    uint32_t ends = UPS_THREAD_ENDS;
    if (t != thread && t->tid == thread->tid)
      atomic_compare_exchange_strong(&t->state, &ends, UPS_THREAD_FREE);
  }
}

/* The thread's first step: its signals, its number, the gate. */
void ups_thread_begin(struct ups_thread *thread) {
  uint64_t mask = ups_signals_block();
  thread->tid = (int)ups_sys(SYS_gettid);
  thread->pointer = (uintptr_t)__builtin_thread_pointer();
  free_namesakes(thread);
  ups_this_thread = thread;
  ups_update_birth(thread);
  /* its creator's mask, or an attribute's, may have ours in it */
  thread->blocked |= (mask >> (SIGTRAP - 1) & 1) | (mask >> (ups_state->signal - 1) & 1) << 1;
  ups_signals_restore(mask & ~(1ull << (SIGTRAP - 1) | 1ull << (ups_state->signal - 1)));
}

/* The thread's last step that we see. */
void ups_thread_end(void *thread) {
  uint64_t mask = ups_signals_block();
  ups_this_thread = 0;
  ups_update_death(thread);
  ups_signals_restore(mask);
}

/* What the kernel tells of a thread. */
long ups_thread_file(int tid, const char *name, char *buffer, size_t size) {
  char path[64];
  struct ups_text t;
  ups_text_start(&t, path, sizeof path);
  ups_text_add(&t, "/proc/self/task/");
  ups_text_number(&t, tid);
  ups_text_add(&t, "/");
  ups_text_add(&t, name);
  long fd = ups_sys(SYS_open, path, O_RDONLY | O_CLOEXEC);
  long n = fd < 0 ? 0 : ups_sys(SYS_read, fd, buffer, size);
  if (fd >= 0)
    ups_sys(SYS_close, fd);
  return n < 0 ? 0 : n;
}

/* The first thread of a process stays as a zombie as long as there are others. */
static bool is_zombie(int tid) {
  char buffer[512];
  long n = ups_thread_file(tid, "stat", buffer, sizeof buffer);
  while (n > 0 && buffer[n - 1] != ')')
    n--;
  return n > 0 && n + 1 < (long)sizeof buffer && buffer[n + 1] == 'Z';
}

/* Gone, so that no destructor of it can run any more (rule T1). */
bool ups_thread_gone(const struct ups_thread *thread) {
  if (ups_sys(SYS_tgkill, ups_state->pid, thread->tid, 0) == -ESRCH)
    return true;
  return thread->tid == ups_state->pid && is_zombie(thread->tid);
}

/* Number of threads, by the link count of the directory that lists them. */
unsigned ups_thread_count(void) {
  struct stat s;
  if (ups_sys(SYS_stat, "/proc/self/task", &s) < 0 || s.st_nlink < 3)
    return 0;
  return (unsigned)s.st_nlink - 2;
}

/* A fork took one thread with it. */
void ups_thread_forked(void) {
  struct ups_thread *self = ups_self();
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    t->state = t == self ? UPS_THREAD_RUNS : UPS_THREAD_FREE;
  if (self) {
    self->tid = (int)ups_sys(SYS_gettid);
    self->claimed = 0;
    self->nudged = false; /* signals that are on their way are not inherited */
  }
  ups_state->lock = 0;
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
