/* foreign.c - see foreign.h. */
#include "foreign.h"
#include "commit.h"
#include "patch.h"
#include "sites.h"
#include <fcntl.h>
#include <sys/uio.h>

#define RED_ZONE 128

/* How many threads did the program not create? */
unsigned ups_foreign_count(void) {
  uint32_t ours = 0;
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    ours += t->state != UPS_THREAD_FREE && (t->state != UPS_THREAD_ENDS || t->tid == ups_state->pid || !ups_thread_gone(t));
  unsigned all = ups_thread_count();
  return ups_state->foreign_threads = all > ours ? all - ours : 0;
}

static bool is_ours(int tid) {
  for (const struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state != UPS_THREAD_FREE && t->tid == tid)
      return true;
  return false;
}

/* Calls `visit` for each such thread, until it says no; false then, or if they cannot be listed. */
static bool each(bool (*visit)(int tid)) {
  char buffer[2048];
  long fd = ups_sys(SYS_open, "/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0;
  bool ok = fd >= 0;
  while (ok && (n = ups_sys(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
    for (long at = 0; at < n && ok;) {
      const struct { uint64_t inode, offset; uint16_t length; uint8_t type; char name[]; } *entry = (const void *)(buffer + at);
      int tid = 0;
      for (const char *p = entry->name; *p >= '0' && *p <= '9'; p++)
        tid = tid * 10 + (*p - '0');
      ok = !tid || is_ours(tid) || visit(tid);
      at += entry->length;
    }
  if (fd >= 0)
    ups_sys(SYS_close, fd);
  return ok && n >= 0;
}

/* What the thread blocks: the line "SigBlk:" of its status.  All, if that cannot be read. */
static uint64_t blocked(int tid) {
  static const char key[] = "SigBlk:\t";
  char buffer[2048];
  long n = ups_thread_file(tid, "status", buffer, sizeof buffer);
  for (long i = 0; i + (long)sizeof key - 1 + 16 <= n; i++) {
    if (!ups_same(buffer + i, key, sizeof key - 1))
      continue;
    uint64_t mask = 0;
    for (const char *p = buffer + i + sizeof key - 1; *p != '\n'; p++)
      mask = mask << 4 | (uint64_t)(*p <= '9' ? *p - '0' : *p - 'a' + 10);
    return mask;
  }
  return ups_sys(SYS_tgkill, ups_state->pid, tid, 0) < 0 ? 0 : ~UINT64_C(0); /* it has just ended */
}

/* One that is held is in the update signal's handler, and blocks that signal. */
static bool lets_traps_in(int tid) { return !(blocked(tid) >> (SIGTRAP - 1) & 1); }
static bool lets_in(int tid) { return !(blocked(tid) & (1ull << (SIGTRAP - 1) | 1ull << (ups_state->signal - 1))); }
bool ups_foreign_allow(void) { return !ups_foreign_count() || each(ups_state->held || ups_state->phase >= UPS_PARKING ? lets_traps_in : lets_in); }

static bool ask(int tid) {
  ups_sys(SYS_tgkill, ups_state->pid, tid, ups_state->signal);
  return true;
}
bool ups_foreign_held(void) {
  unsigned count = ups_foreign_count();
  if (count > ups_state->held)
    each(ask);
  return count <= ups_state->held;
}

/* The end of the mapping that an address is in, from /proc/self/maps; 0: not found. */
static uintptr_t mapping_end(uintptr_t address) {
  char buffer[1024];
  uintptr_t bound[2] = {0, 0};
  unsigned which = 0; /* 0 and 1: reading a bound; 2: the rest of the line */
  long fd = ups_sys(SYS_open, "/proc/self/maps", O_RDONLY | O_CLOEXEC), n;
  uintptr_t end = 0;
  while (fd >= 0 && !end && (n = ups_sys(SYS_read, fd, buffer, sizeof buffer)) > 0)
    for (long i = 0; i < n && !end; i++) {
      char c = buffer[i];
      if (c == '\n')
        which = 0, bound[0] = bound[1] = 0;
      else if (which < 2 && (c == '-' || c == ' ')) {
        if (++which == 2 && address >= bound[0] && address < bound[1])
          end = bound[1];
      } else if (which < 2)
        bound[which] = bound[which] << 4 | (uintptr_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
  if (fd >= 0)
    ups_sys(SYS_close, fd);
  return end;
}

/* Has the thread no frame of the program's?  Any word of its stack that could be a return address counts as one. */
static bool is_clean(const struct ups_machine *machine) {
  const struct ups_image *image = ups_state->image;
  uintptr_t sp = ((uintptr_t)machine->registers[REG_RSP] - RED_ZONE) & ~(uintptr_t)7, end = mapping_end(sp);
  if (!end || (uintptr_t)machine->registers[REG_RIP] - image->base < image->size)
    return false;
  for (; sp < end; sp += 8) {
    uintptr_t word = *(const uintptr_t *)sp;
    if (word - image->base < image->size && ups_return_at(image, word))
      return false;
  }
  return true;
}

/* The thread may be anywhere, also where it has malloc's lock, which new objects on the heap would wait for, and the map's code; and nobody
 * knows where its own copies of the program's thread-local variables are. */
static bool concerns_foreign(const struct ups_patch *patch) {
  const struct upstare_init *init = ups_patch_table(patch->blob, patch->blob->inits);
  const struct ups_place *places = ups_old_places(patch);
  for (uint32_t i = 0; i < patch->blob->inits.count; i++)
    if (places[init[i].entity].kind == UPSTARE_ENTITY_TLS)
      return true;
  return ups_converts_data(patch->blob);
}

/* Stands still. */
void ups_foreign_hold(const struct ups_machine *machine) {
  ups_lock();
  if (ups_state->phase == UPS_PARKING && !concerns_foreign(ups_state->patch) && is_clean(machine)) {
    ups_state->held++;
    ups_state->turn++; /* who looks at the clocks looks again */
    ups_wake_all(&ups_state->turn);
    while (ups_state->phase >= UPS_PARKING) {
      uint32_t turn = ups_state->turn;
      ups_unlock();
      ups_sleep_while(&ups_state->turn, turn, -1);
      ups_lock();
    }
    ups_state->held--;
  }
  ups_unlock();
}
