/* handlers.h - the program's signal handlers, on their way in, on the stack, and rebuilt.
 *
 * The kernel knows one handler, upstare_deliver (base.S), which calls the program's.  So
 *   - a blocking call that it has interrupted is marked as ended by the program's signal, not by ours;
 *   - the handler's frames can be unrolled while it runs, however long it does (servers exist that live in a handler).
 *
 *   outer frames | wrapper | system call | the kernel's context | upstare_deliver | frames of the handler   first
 *   outer frames | ups_handler_resume               | upstare_handler_call       | frames of the handler   once updated
 *
 * Unrolling, the handler returns to upstare_deliver and through the kernel's context to the wrapper, which leaves a
 * description of its call, as one that parks, and returns.  Restoring, ups_handler_resume stands for the wrapper: it
 * calls the handler's clones, under the handler's mask, and when the handler has returned it goes on with the call.
 *
 * Only where the handler has interrupted a wrapped call: no other code has a continuation point where it stands. */
#ifndef UPS_HANDLERS_H
#define UPS_HANDLERS_H
#include "state.h"

struct ups_call;

/* base.S: what the kernel calls, and the return addresses of a handler: the first time, and rebuilt. */
void upstare_deliver(int, siginfo_t *, void *) __attribute__((visibility("hidden")));
extern const char upstare_delivered[] __attribute__((visibility("hidden")));
extern const char upstare_handler_called[] __attribute__((visibility("hidden")));

/* The walk has come to a handler's return address `back`; `sp` is the stack pointer after that return.  Reads what it has
 * interrupted (but for the frame's number) and gives the frame pointer of the innermost function of the runtime's outside of
 * it.  `low`, `high`: what of the stack may be read.  False: the interrupted code cannot be unrolled. */
bool ups_handler_read(uintptr_t back, uintptr_t sp, uintptr_t low, uintptr_t high, struct ups_interruption *interruption, uintptr_t *rbp);
static inline bool ups_handler_is_return(uintptr_t back) {
  return back == (uintptr_t)upstare_delivered || back == (uintptr_t)upstare_handler_called;
}

/* Is the thread being unrolled?  Then the interrupted call that finds it so leaves its description. */
static inline bool ups_handler_unrolls(const struct ups_thread *thread) {
  return thread && (thread->state == UPS_THREAD_LEAVES || thread->state == UPS_THREAD_JOINS);
}
void ups_handler_keep(struct ups_thread *thread, const struct ups_call *c);
/* The "clone" that stands for the interrupted call: goes on with the handler, then with the call. */
long ups_handler_resume(void);
#endif
