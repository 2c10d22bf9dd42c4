/* update.h - the update protocol: its phases, and what drives it from one to the next.
 *
 * This is the whole protocol of one process with one thread; with several threads "the thread" becomes "each
 * thread" and every step that confirms a phase becomes a barrier.  A phase is left only in update.c. */
#ifndef UPS_UPDATE_H
#define UPS_UPDATE_H
#include "errors.h"
#include <stdbool.h>
#include <stdint.h>

enum ups_phase {
  /* started by: the end of the update before, or the start of the program.
   * confirmed by: nobody.
   * holds: no site is armed, no timer runs, nothing of a patch is kept but of those that were committed. */
  UPS_IDLE,
  /* started by: the update signal (or UPSTARE_APPLY_AT, UPSTARE_ROLLBACK_EVERY at start).
   * confirmed by: ups_load, once the patch is checked, copied into the arena, relocated and bound.
   * holds: nothing that the program can see has changed; every failure leads back to idle. */
  UPS_REQUESTED,
  /* started by: the same signal handler: sites become traps, a timer repeats the signal every 2 ms.
   * confirmed by: a trap at a site whose whole stack is understood and mapped; ended by the deadline.
   * holds: the program runs, slower; each site it reaches decides "not now" or "stop here". */
  UPS_ARMED,
  /* started by: the trap handler: stack, registers, errno and signal mask are copied aside, all signals but
   *   SIGTRAP are blocked, the new frames have their memory.
   * confirmed by: the arrival at the base, every site having trapped in exactly the order of the walk.
   * holds: no program code runs but cold paths, which only return; memory above the base is untouched. */
  UPS_UNROLLING,
  /* started by: the base activation: last fallible steps (text must be writable).  Failing leads to
   *   UPS_ROLLING_BACK.
   * confirmed by: ups_commit, which cannot fail: initial values, redirects, registry, image.
   * holds: the side stack is in use; the saved stack is still complete. */
  UPS_COMMITTING,
  /* started by: ups_commit.
   * confirmed by: the clone of the innermost frame (or the parked blocking call), which asks for its frame.
   * holds: the program is in the new version; surviving objects are back at their addresses. */
  UPS_RESTORING,
  /* started by: whoever found out that the stop cannot be completed.
   * confirmed by: the trap handler, which writes stack and registers back and returns to the old code.
   * holds: afterwards all is as at the stop; the phase is armed again. */
  UPS_ROLLING_BACK
};

/* Why sites are armed. */
enum ups_purpose {
  UPS_FOR_REQUEST,  /* the update signal: stop at the first point where it is possible */
  UPS_FOR_APPLY_AT, /* UPSTARE_APPLY_AT: stop at chosen points */
  UPS_FOR_TORTURE   /* UPSTARE_ROLLBACK_EVERY: stop at every k-th point, put everything back */
};

struct ups_machine;
struct ups_text;

/* The update signal with its value: 0 starts an update with the default deadline, 1 asks for the status, more
 * is a deadline in milliseconds.  trap_blocked: the program blocks SIGTRAP.  Runs on the side stack. */
void ups_update_request(int64_t value, bool trap_blocked);
/* Starts an update whose patch is named in the environment; called before main. */
void ups_update_at_start(const char *path, enum ups_purpose purpose, uint64_t first, uint64_t every);
/* At exit, with UPSTARE_VERBOSE: why UPSTARE_APPLY_AT has not been able to apply its patch. */
void ups_update_at_exit(void);
/* The timer's signal: watches the deadline, arms again what has backed off. */
void ups_update_tick(bool trap_blocked);
/* The program waits in a call that cannot be unrolled (true), or no longer does: while it waits, the signal is
 * repeated slowly. */
void ups_update_asleep(bool asleep);
/* A site trapped while armed: stop here?  Returns true if unrolling has begun. */
bool ups_update_consider(uint32_t site, struct ups_machine *machine);
/* Adds FILE:LINE in FUNCTION of the innermost frame that is stopped. */
void ups_update_add_place(struct ups_text *t);
/* A site trapped while unrolling.  Returns the program counter to continue at. */
uintptr_t ups_update_unrolled(uint32_t site, struct ups_machine *machine);
/* The int3 behind the base or a failed unrolling: puts everything back. */
void ups_update_roll_back(struct ups_machine *machine);
/* The innermost frame has been rebuilt. */
void ups_update_restored(void);
/* A child process was forked during an update: it has nothing to do with it. */
void ups_update_forget(void);
#endif
