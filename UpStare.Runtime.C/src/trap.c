/* trap.c - SIGTRAP: a site was reached.  What is safe here: raw system calls, our own mappings, reading the
 * interrupted stack.  All signals are blocked but the traps themselves (SA_NODEFER): a trap while SIGTRAP is blocked
 * kills the process.
 *
 * Also keeps the kernel's table of handlers in the state that traps need while sites are armed. */
#include "trap.h"
#include "arena.h"
#include "away.h"
#include "blocking.h"
#include "foreign.h"
#include "frames.h"
#include "handlers.h"
#include "sites.h"
#include <errno.h>

#define TRAP 0xcc

extern const char upstare_roll_back[] __attribute__((visibility("hidden")));

/* What the kernel returns to after a handler. */
__attribute__((naked)) void ups_return_from_signal(void) { __asm__("mov $15, %eax\n\tsyscall"); }

/* A trap that is not ours: the program's handler, or what would have happened without us. */
static void pass_on(int signal, siginfo_t *info, void *context) {
  if (ups_action_calls(&ups_state->program_trap)) {
    ((void (*)(int, siginfo_t *, void *))ups_state->program_trap.handler)(signal, info, context);
    return;
  }
  ups_action_set(SIGTRAP, &(struct ups_action){0}, 0);
  ups_sys(SYS_tgkill, ups_sys(SYS_getpid), ups_sys(SYS_gettid), SIGTRAP);
}

static bool has_site(const struct ups_image *image, uintptr_t pc) { return image->sites && ups_site_at(image, pc) != UPSTARE_NONE; }

/* Is it one of our traps?  Also one that was taken back between the trap and this handler; and one of the version before, which a thread that
 * has to follow meets in what was called back on top of its call. */
static bool is_ours(uintptr_t pc) {
  const struct ups_thread *self = ups_self();
  ups_lock();
  bool ours = *(const volatile uint8_t *)pc != TRAP || has_site(ups_state->image, pc) || (self && self->joins && has_site(self->image_left, pc));
  ups_unlock();
  return ours || ups_blocking_is_park(pc);
}

/* A forked child inherited armed sites, and is a process of its own from now on; a vfork child runs on its parent's memory; a
 * thread that the program did not create, or that ends, has no base. */
bool ups_is_participant(void) {
  if (!*ups_state->forked)
    ups_update_forget();
  return ups_self() && ups_sys(SYS_gettid) == ups_self()->tid;
}

/* The handler. */
static void on_trap(int signal, siginfo_t *info, void *context) {
  struct ups_machine m = {((ucontext_t *)context)->uc_mcontext.gregs, context};
  uintptr_t pc = (uintptr_t)m.registers[REG_RIP] - 1;
  uint32_t site = UPSTARE_NONE;
  if (!ups_is_participant()) {
    if (!is_ours(pc))
      pass_on(signal, info, context);
    return;
  }
  if (pc == (uintptr_t)upstare_roll_back)
    ups_update_roll_back(&m);
  else if (ups_handler_unrolls(ups_self()))
    m.registers[REG_RIP] = (greg_t)ups_update_unrolled(ups_site_at(ups_update_image(ups_self()), pc), &m);
  else if (ups_blocking_is_park(pc) && ups_self()->joins) {
    ups_away_leave(ups_self(), &m);
    m.registers[REG_RAX] = true;
  } else if (ups_blocking_is_park(pc))
    m.registers[REG_RAX] = ups_update_consider(0, &site, &m);
  else if (!is_ours(pc))
    pass_on(signal, info, context);
  else {
    ups_away_called_back();
    if (ups_update_consider(pc, &site, &m))
      m.registers[REG_RIP] = (greg_t)ups_update_unrolled(site, &m);
  }
}

/* Sets the kernel's action, with all signals blocked in the handler but traps and glibc's two. */
static void set_action(int signal, void (*handler)(int, siginfo_t *, void *), unsigned long flags, struct ups_action *old) {
  struct ups_action action = {(uintptr_t)handler, flags | SA_SIGINFO | UPS_SA_RESTORER, ups_return_from_signal, UPS_ALL_SIGNALS};
  ups_action_set(signal, &action, old);
}

/* Installs the SIGTRAP handler. */
void ups_trap_install(void) {
  struct ups_action old;
  set_action(SIGTRAP, on_trap, SA_NODEFER, &old);
  if (old.handler != (uintptr_t)on_trap)
    ups_state->program_trap = old;
  ups_state->saved_trap = true;
}

/* Puts the program's SIGTRAP handler back, where no other thread can be on its way into ours. */
void ups_trap_remove(void) {
  if (!ups_state->saved_trap || ups_state->many)
    return;
  ups_action_set(SIGTRAP, &ups_state->program_trap, 0);
  ups_state->saved_trap = false;
}

/* The program's own SIGTRAP action, from the kernel's form and to it. */
void ups_trap_program_get(struct sigaction *action) {
  *action = (struct sigaction){.sa_flags = (int)ups_state->program_trap.flags & ~UPS_SA_RESTORER};
  action->sa_handler = (__sighandler_t)ups_state->program_trap.handler;
  sigemptyset(&action->sa_mask);
  ups_copy(&action->sa_mask, &ups_state->program_trap.mask, 8);
}

void ups_trap_program_set(const struct sigaction *action) {
  ups_state->program_trap.handler = (uintptr_t)action->sa_handler;
  ups_state->program_trap.flags = (unsigned long)action->sa_flags | UPS_SA_RESTORER;
  ups_state->program_trap.restorer = ups_return_from_signal;
  ups_copy(&ups_state->program_trap.mask, &action->sa_mask, 8);
  ups_state->program_trap.mask &= ~(1ull << (SIGKILL - 1) | 1ull << (SIGSTOP - 1)); /* as the kernel does */
}

/* Takes SIGTRAP out of the masks of the program's handlers. */
void ups_trap_unmask_handlers(void) {
  for (int signal = 1; signal < 65; signal++) {
    struct ups_action action;
    if (signal == SIGTRAP || signal == ups_state->signal || !ups_action_get(signal, &action))
      continue;
    if (!ups_action_calls(&action) || !(action.mask & 1ull << (SIGTRAP - 1)))
      continue;
    action.mask &= ~(1ull << (SIGTRAP - 1));
    ups_action_set(signal, &action, 0);
  }
}

/* What the update signal brings. */
struct message {
  int value;
  bool trap_blocked;
};
static long tick_on_stack(void *message) {
  ups_update_tick(((struct message *)message)->trap_blocked);
  return 0;
}
static long request_on_stack(void *message) {
  ups_update_request(((struct message *)message)->value, ((struct message *)message)->trap_blocked);
  return 0;
}

/* Our own user, or root, or the kernel for our timer. */
static bool trusted_sender(const siginfo_t *info) {
  if (info->si_code != SI_USER && info->si_code != SI_QUEUE && info->si_code != SI_TKILL)
    return false;
  return info->si_uid == ups_state->uid || info->si_uid == 0;
}

/* A request came to a thread without a place: any other thread of the program's can answer it. */
static void forward(int signal, siginfo_t *info) {
  for (const struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_RUNS && ups_sys(SYS_rt_tgsigqueueinfo, ups_state->pid, t->tid, signal, info) == 0)
      return;
}

/* The update signal: a request, a question for the status, the timer, or another thread that wants us to stop.  Works
 * on the side stack, which nobody uses while the signal is not blocked. */
static void on_update_signal(int signal, siginfo_t *info, void *context) {
  ucontext_t *c = context;
  struct ups_machine m = {c->uc_mcontext.gregs, c};
  uint64_t mask;
  if (!ups_is_participant()) {
    if (!ups_self() && info->si_code != SI_TIMER && info->si_code != SI_TKILL && trusted_sender(info))
      forward(signal, info);
    else if (!ups_self() && info->si_code == SI_TKILL && info->si_pid == ups_state->pid)
      ups_foreign_hold(&m);
    return;
  }
  ups_copy(&mask, &c->uc_sigmask, 8);
  struct message message = {info->si_code == SI_QUEUE ? info->si_value.sival_int : 0, mask >> (SIGTRAP - 1) & 1};
  if (info->si_code == SI_TIMER)
    ups_on_stack(tick_on_stack, &message, ups_self()->side_stack);
  else if (info->si_code == SI_TKILL && info->si_pid == ups_state->pid)
    ups_update_nudged(&m, message.trap_blocked);
  else if (trusted_sender(info))
    ups_on_stack(request_on_stack, &message, ups_self()->side_stack);
  /* A blocking call is taken back to park; parking is a trap, too, so not while those are blocked. */
  ups_blocking_signal(&m, !message.trap_blocked && (ups_update_takes_back() || ups_away_is_called(ups_self())));
}

/* Installs the update signal's handler. */
bool ups_signals_install(void) {
  if (ups_state->signal < 1 || ups_state->signal > 64 || ups_state->signal == SIGTRAP)
    return false;
  set_action(ups_state->signal, on_update_signal, SA_RESTART, 0);
  return true;
}

static void set_timer(int timer, int64_t every_ns) {
  struct itimerspec every = {{0, every_ns}, {0, every_ns}};
  ups_sys(SYS_timer_settime, timer, 0, &every, 0);
}

/* Makes a timer that sends a thread the update signal. */
bool ups_timer_make(int tid, int64_t every_ns, int *timer) {
  struct {
    sigval_t value;
    int signal, notify, tid;
    char pad[64];
  } event = {.signal = ups_state->signal, .notify = SIGEV_THREAD_ID, .tid = tid};
  if (ups_sys(SYS_timer_create, CLOCK_MONOTONIC, &event, timer) < 0)
    return false;
  set_timer(*timer, every_ns);
  return true;
}

/* Sets how often the driver's timer repeats the signal. */
void ups_timer_set(int64_t every_ns) { set_timer(ups_state->timer, every_ns); }

/* Starts the driver's timer. */
bool ups_timer_start(int64_t every_ns) { return ups_state->timer_runs = ups_timer_make(ups_state->driver->tid, every_ns, &ups_state->timer); }

/* Ends the timer. */
void ups_timer_stop(void) {
  if (ups_state->timer_runs)
    ups_sys(SYS_timer_delete, ups_state->timer);
  ups_state->timer_runs = false;
}
