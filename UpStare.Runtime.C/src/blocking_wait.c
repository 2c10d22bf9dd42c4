/* blocking_wait.c - waits inside libc that an update can end, and signals of the program's that are due: both as the
 * update signal's handler sees them. */
#include "blocking_wait.h"
#include "handlers.h"
#include <errno.h>

__thread struct ups_wait ups_wait;

#define SYSCALL_INSTRUCTION 0x050f
/* An activation of libc's between a wrapper and its system call takes less. */
#define NEAR 65536

/* Is the wrapper that has announced the wait still there, right above what was interrupted? */
static bool in_the_wait(const struct ups_wait *w, const greg_t *registers) {
  uintptr_t sp = (uintptr_t)registers[REG_RSP];
  return sp < w->frame && w->frame - sp < NEAR && *(const uintptr_t *)(w->frame + 8) == w->back;
}

/* Is there a system call instruction? */
static bool is_system_call(uintptr_t pc) { return *(const uint16_t *)pc == SYSCALL_INSTRUCTION; }

/* Notes that it was not ours that ended it. */
void ups_wait_interrupted(greg_t *registers, int signal) {
  struct ups_wait *w = &ups_wait;
  if (!w->active)
    return;
  uintptr_t pc = (uintptr_t)registers[REG_RIP];
  if (!w->timed && registers[REG_RAX] == w->number && registers[REG_RCX] == (greg_t)(pc + 2) && in_the_wait(w, registers) &&
      is_system_call(pc) && !(ups_signal_flags(signal) & SA_RESTART)) {
    registers[REG_RIP] += 2;
    registers[REG_RAX] = -EINTR;
  }
  if (registers[REG_RAX] != -EINTR)
    return;
  w->theirs_pc = (uintptr_t)registers[REG_RIP];
  w->theirs_sp = (uintptr_t)registers[REG_RSP];
}

/* Lets the announced system call, which is about to begin again, or has ended with EINTR, end or begin again. */
static bool end_system_call(struct ups_wait *w, greg_t *registers, uint64_t mask, bool take_back) {
  uintptr_t pc = (uintptr_t)registers[REG_RIP], first = (uintptr_t)registers[REG_RDI];
  bool again = is_system_call(pc) && registers[REG_RAX] == w->number;
  bool ended = registers[REG_RAX] == -EINTR && pc % 4096 >= 2 && is_system_call(pc - 2);
  if (first < w->low || first >= w->high || (!again && !ended))
    return false;
  if (ended && pc == w->theirs_pc && (uintptr_t)registers[REG_RSP] == w->theirs_sp)
    return false;
  enum ups_due due = ups_signal_due(mask);
  bool theirs = due == UPS_SIGNAL_ENDS || (due == UPS_SIGNAL_RESTARTS && ended);
  bool ends = theirs || (take_back && due == UPS_NO_SIGNAL);
  if (again && ends)
    registers[REG_RIP] += 2, registers[REG_RAX] = -EINTR;
  if (ended && !ends)
    registers[REG_RIP] -= 2, registers[REG_RAX] = w->number; /* its time-out, if any, is an absolute one */
  w->ended |= ends && !theirs;
  return ends && !theirs;
}

/* The update signal has come. */
bool ups_wait_signal(struct ups_machine *machine, uint64_t mask, bool take_back) {
  struct ups_wait *w = &ups_wait;
  if (!w->active)
    return false;
  if (w->timed && take_back) {
    w->until = (struct timespec){0, 0};
    w->hurried = true;
  } else if (!w->timed && in_the_wait(w, machine->registers))
    return end_system_call(w, machine->registers, mask, take_back);
  return false;
}

/* Is a handler of the program's about to run?  The kernel takes the lowest number first; what is ignored by its nature
 * or by the program interrupts nothing. */
enum ups_due ups_signal_due(uint64_t mask) {
  uint64_t pending = 0;
  if (ups_sys(SYS_rt_sigpending, &pending, 8) < 0)
    return UPS_NO_SIGNAL;
  pending &= ~mask & ~(1ull << (SIGTRAP - 1) | 1ull << (ups_state->signal - 1));
  for (int signal = 1; signal <= 64; signal++) {
    struct ups_action action;
    if ((pending >> (signal - 1) & 1) && ups_action_get(signal, &action) && ups_action_calls(&action))
      return action.flags & SA_RESTART ? UPS_SIGNAL_RESTARTS : UPS_SIGNAL_ENDS;
  }
  return UPS_NO_SIGNAL;
}

/* The kernel has left all but the handler. */
void ups_signal_handle_again(int signal) {
  struct ups_action action;
  if (!ups_action_get(signal, &action) || !(action.flags & SA_RESETHAND) || action.handler != (uintptr_t)SIG_DFL)
    return;
  action.handler = (uintptr_t)upstare_deliver;
  ups_action_set(signal, &action, 0);
}

/* The flags of its handler.  SA_RESETHAND takes the handler away, and leaves them. */
unsigned long ups_signal_flags(int signal) {
  struct ups_action action;
  return ups_action_get(signal, &action) ? action.flags : 0;
}

/* Has anybody a handler for any signal? */
bool ups_signal_handled(bool by_library) {
  for (int signal = 1; signal <= 64; signal++) {
    struct ups_action action;
    if (signal == SIGTRAP || signal == ups_state->signal || signal == 32 || signal == 33)
      continue; /* ours, and libc's */
    if (ups_action_get(signal, &action) && ups_action_calls(&action) && (!by_library || action.handler != (uintptr_t)upstare_deliver))
      return true;
  }
  return false;
}
