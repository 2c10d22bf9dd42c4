/* handlers.c - see handlers.h. */
#include "handlers.h"
#include "away.h"
#include "blocking_call.h"
#include "blocking_wait.h"
#include "stop.h"
#include <errno.h>

void upstare_handler_call(void *clone, const struct ups_interruption *) __attribute__((visibility("hidden")));
void *ups_handler_enter(int, siginfo_t *, ucontext_t *, uintptr_t) __attribute__((visibility("hidden"), used));
void ups_handler_leave(uintptr_t) __attribute__((visibility("hidden"), used));

/* The frame of upstare_deliver, and where it is when the handler returns. */
#define DELIVER_SIZE 32
#define DELIVER_CONTEXT 24
#define DELIVER_AWAY 32
#define KERNEL_CONTEXT 16
#define CALL_SIZE 16
#define CALL_INTERRUPTION 8

/* Was a system call, which is about to begin, under way already?  Ours has interrupted it, and is just returning; its own
 * handler would not have let it begin again unless with SA_RESTART.  After the instruction the kernel leaves the address behind
 * it in rcx. */
static bool begins_again(const struct ups_call_text *t, const greg_t *registers) {
  uintptr_t pc = (uintptr_t)registers[REG_RIP];
  if (t && pc == ups_call_place(&t->enter))
    return (uintptr_t)registers[REG_RCX] == ups_call_place(&t->done);
  return t && pc < ups_call_place(&t->first);
}

/* The program's signal ends it. */
static void end_call(const struct ups_call_text *t, greg_t *registers) {
  registers[REG_RIP] = (greg_t)ups_call_place(&t->settled);
  registers[REG_RAX] = -EINTR;
}

/* Instead of a handler whose signal waits. */
static void later(int signal) { (void)signal; }

/* upstare_deliver asks for the handler.  A library that has got hold of upstare_deliver may call it as a function: then there is
 * no context.  A system call that the program's signal has ended, before any of ours came, is the program's. */
UPS_HOT void *ups_handler_enter(int signal, siginfo_t *info, ucontext_t *context, uintptr_t frame) {
  if ((uintptr_t)context == frame + KERNEL_CONTEXT) {
    if (ups_away_signal(signal, info, context, (uintptr_t *)(frame - DELIVER_AWAY)))
      return (void *)later;
    greg_t *registers = context->uc_mcontext.gregs;
    const struct ups_call_text *t = ups_call_text((uintptr_t)registers[REG_RIP]);
    if (ups_call_is_done(t, (uintptr_t)registers[REG_RIP]))
      registers[REG_RIP] = (greg_t)ups_call_place(&t->settled);
    else if (begins_again(t, registers)) {
      if (ups_pause.ends_always || !(ups_signal_flags(signal) & SA_RESTART))
        end_call(t, registers);
    } else
      ups_wait_interrupted(registers, signal);
  }
  void *handler = ups_state->handlers[signal];
  return handler ? handler : (void *)later; /* a library has installed for this signal what it was told of another */
}

/* The handler has returned; unrolling, it is the wrapper's turn, with all signals blocked. */
UPS_HOT void ups_handler_leave(uintptr_t frame) {
  struct ups_thread *self = ups_self();
  if (self && *(const uintptr_t *)(frame - DELIVER_AWAY))
    self->away_frame = *(const uintptr_t *)(frame - DELIVER_AWAY);
  if (!ups_handler_unrolls(self))
    return;
  ucontext_t *context = (ucontext_t *)(frame + KERNEL_CONTEXT);
  greg_t *pc = &context->uc_mcontext.gregs[REG_RIP];
  uint64_t all = UPS_ALL_SIGNALS;
  *pc = (greg_t)ups_call_place(&ups_call_text((uintptr_t)*pc)->cancel); /* it is in one: read_context has seen it */
  ups_copy(&context->uc_sigmask, &all, 8);
}

/* Keeps the interrupted call, and what the kernel told its handler. */
void ups_handler_keep(struct ups_thread *thread, const struct ups_call *c) {
  uint32_t i = thread->interruption_now++;
  if (i >= thread->interruption_count)
    return; /* the base finds that the stack has not unrolled as expected */
  ups_survives(thread, thread->interruptions[i].low);
  thread->kept_call[1 + i] = *c;
}

/* Reads the kernel's context.  The call has ended, or it is about to begin (again). */
static bool read_context(const ucontext_t *context, struct ups_interruption *n, uintptr_t *rbp) {
  const greg_t *registers = context->uc_mcontext.gregs;
  uintptr_t pc = (uintptr_t)registers[REG_RIP];
  const struct ups_call_text *t = ups_call_text(pc);
  bool ended = t && pc == ups_call_place(&t->settled);
  if (!t || (!ended && (pc < ups_call_place(&t->first) || pc > ups_call_place(&t->enter))))
    return false;
  n->outcome = ended ? registers[REG_RAX] : -UPS_INTERRUPTED;
  n->low = (uintptr_t)context;
  *rbp = (uintptr_t)registers[REG_RBP];
  ups_copy(&n->mask, &context->uc_sigmask, 8);
  return true;
}

/* Is it inside of the stack? */
static bool lies(uintptr_t at, size_t size, uintptr_t low, uintptr_t high) { return at >= low && at % 8 == 0 && at <= high && high - at >= size; }

/* From a handler's return address to what it has interrupted. */
bool ups_handler_read(uintptr_t back, uintptr_t sp, uintptr_t low, uintptr_t high, struct ups_interruption *n, uintptr_t *rbp) {
  if (back == (uintptr_t)upstare_delivered) {
    uintptr_t frame = sp + DELIVER_SIZE, context = frame + KERNEL_CONTEXT;
    if (!lies(sp, DELIVER_SIZE + KERNEL_CONTEXT + sizeof(ucontext_t), low, high) || *(const uintptr_t *)(frame - DELIVER_CONTEXT) != context)
      return false;
    return read_context((const ucontext_t *)context, n, rbp);
  }
  uintptr_t frame = sp + CALL_SIZE;
  if (!lies(sp, CALL_SIZE + 8, low, high))
    return false;
  uintptr_t kept = *(const uintptr_t *)(frame - CALL_INTERRUPTION);
  if (!lies(kept, sizeof *n, low, high))
    return false;
  ups_copy(n, (const void *)kept, sizeof *n);
  *rbp = *(const uintptr_t *)frame;
  return true;
}

/* Stands for the wrapper. */
long ups_handler_resume(void) {
  struct ups_thread *self = ups_self();
  uint32_t i = --self->interruption_now;
  struct ups_interruption n = self->interruptions[i];
  struct ups_call c = self->kept_call[1 + i];
  c.frame = (uintptr_t)__builtin_frame_address(0);
  upstare_handler_call(__upstare_next(), &n);
  if (ups_handler_unrolls(self)) {
    ups_handler_keep(self, &c);
    return -1; /* a dummy, as when it parks */
  }
  ups_signals_restore(n.mask);
  return ups_call_go_on(&c, (struct ups_outcome){n.outcome, 0});
}
