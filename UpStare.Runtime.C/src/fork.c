/* fork.c - see fork.h.
 *
 * The copy is made before the fork, with the lock, which is kept until both processes are there: so what is in the copy is what the
 * child's state says, and no update comes in between. */
#include "fork.h"
#include "arena.h"
#include "state.h"
#include <pthread.h>

/* The thread has the lock, from before until after its fork; another one's fork may have begun before there was code of patches. */
static __thread bool holds;

static struct {
  int copy;      /* of the code, for the child; -1: none */
  uint64_t mask; /* what is blocked otherwise */
  bool lent;     /* a child had to go without */
} forking = {.copy = -1};

/* Before a fork. */
void ups_fork_before(void) {
  if (!ups_arena_is_used())
    return;
  uint64_t mask = ups_signals_block();
  ups_lock();
  holds = true;
  forking.mask = mask;
  forking.copy = ups_fault(UPS_FAULT_FORK) ? -1 : ups_arena_copy();
  if (forking.copy < 0)
    forking.lent = true;
}

/* After it. */
void ups_fork_in_parent(void) {
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
void ups_fork_in_child(void) {
  if (!holds)
    return;
  holds = forking.lent = false;
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

/* Another process runs this one's code, or this one runs another's. */
enum ups_error ups_fork_forbids(void) {
  if (!ups_arena_own())
    return UPS_FORKED;
  return forking.lent ? UPS_LENT : UPS_NONE;
}
