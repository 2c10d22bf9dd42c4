/* fork.c - see fork.h.
 *
 * The thread that forks has the lock until both processes are there, so no update comes in between.  While one is under way, there are
 * traps in the code: then the child gets a copy at once. */
#include "fork.h"
#include "arena.h"
#include "state.h"
#include <pthread.h>

/* The thread has the lock, from before until after its fork; another one's fork may have begun before there was code of patches. */
static __thread bool holds;

static struct {
  int copy;      /* of the code, for the child; -1: none */
  uint64_t mask; /* what is blocked otherwise */
} forking = {.copy = -1};

/* Before a fork. */
UPS_HOT void ups_fork_before(void) {
  if (!ups_arena_is_used())
    return;
  uint64_t mask = ups_signals_block();
  ups_lock();
  holds = true;
  forking.mask = mask;
  forking.copy = ups_state->phase == UPS_IDLE || ups_fault(UPS_FAULT_FORK) ? -1 : ups_arena_copy();
  if (forking.copy < 0)
    ups_arena_lend();
}

/* After it. */
UPS_HOT void ups_fork_in_parent(void) {
  if (!holds)
    return;
  uint64_t mask = forking.mask;
  if (forking.copy >= 0)
    ups_sys(SYS_close, forking.copy);
  forking.copy = -1;
  holds = false;
  ups_unlock();
  ups_signals_restore(mask);
}

/* After it. */
UPS_HOT void ups_fork_in_child(void) {
  if (!holds)
    return;
  holds = false;
  ups_update_forget(); /* gives the lock back */
  ups_signals_restore(forking.mask);
}

/* At start. */
void ups_fork_watch(void) { pthread_atfork(ups_fork_before, ups_fork_in_parent, ups_fork_in_child); }

/* The copy. */
int ups_fork_copy(void) {
  int copy = forking.copy;
  forking.copy = -1;
  return copy;
}
