/* update.h - the update protocol: its phases, and what drives it from one to the next.
 *
 * This is the whole protocol of one process.  What confirms a phase is a barrier: it holds for every thread of the
 * process.  A phase is left only in update.c, update_park.c and update_unroll.c, with the lock. */
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
  /* started by: the same signal handler: sites become traps; a timer repeats the signal every 2 ms for the thread that got
   *   it, the driver, which sends it on to the others.
   * confirmed by: a trap at a site whose whole stack is understood and mapped; ended by the deadline.
   * holds: the program runs, slower; each site it reaches decides "not now" or "stop here". */
  UPS_ARMED,
  /* started by: the first thread that stops.  It stands still in the trap handler, its stack whole, and watches the clocks.
   * confirmed by: the last thread that stops: all stand still (or were born meanwhile and wait at their base), and each
   *   has found its own stack understood, mapped, and has the memory for everything that follows.
   *   Ended by the parking budget: all go on where they are, and the phase is armed again.
   * holds: others run the program and may write to the stacks of those who stand. */
  UPS_PARKING,
  /* started by: who found that all have stopped.  Each thread copies its stack, registers, errno and signal mask; all signals
   *   but SIGTRAP are blocked.
   * confirmed by: the arrival of all at their bases, every site having trapped in exactly the order of the walk.
   * holds: no program code runs but cold paths, which only return; memory above the bases is untouched. */
  UPS_UNROLLING,
  /* started by: the last thread that came to its base: last fallible steps (text must be writable).  Failing leads to
   *   UPS_ROLLING_BACK.
   * confirmed by: ups_commit, which cannot fail: initial values, redirects, registry, image.
   * holds: side stacks are in use; the saved stacks are still complete; surviving objects are at their addresses. */
  UPS_COMMITTING,
  /* started by: ups_commit, for all threads.
   * confirmed by: the clone of each thread's innermost frame (or its parked blocking call), which asks for its frame; nobody
   *   goes on before all have.
   * holds: the program is in the new version. */
  UPS_RESTORING,
  /* started by: the last thread that came to its base, or did not get there, if anything went wrong in any of them.
   * confirmed by: the trap handlers, which write stacks and registers back and wait for each other.
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
struct ups_thread;
struct ups_image;

/* The update signal with its value: 0 starts an update with the default deadline, 1 asks for the status, more
 * is a deadline in milliseconds.  trap_blocked: the thread blocks SIGTRAP.  Runs on the side stack. */
void ups_update_request(int64_t value, bool trap_blocked);
/* Starts an update whose patch is named in the environment; called before main. */
void ups_update_at_start(const char *path, enum ups_purpose purpose, uint64_t first, uint64_t every);
/* The timer's signal: watches the clocks, arms again what has rested, wakes threads. */
void ups_update_tick(bool trap_blocked);
/* The signal of another thread that wants this one to stop. */
void ups_update_nudged(const struct ups_machine *machine, bool trap_blocked);
/* Does an update want threads to stop?  Is a call that waits to be taken back for it? */
bool ups_update_waiting(void);
bool ups_update_takes_back(void);
/* The thread waits in a call that cannot be unrolled (true), or no longer does: while it waits, nobody wakes it. */
void ups_update_asleep(bool asleep);
/* A trap at `pc` (0: a call parks) that is not part of an unrolling: may return only when all threads have stopped.
 * True: unrolling begins, at *site. */
bool ups_update_consider(uintptr_t pc, uint32_t *site, struct ups_machine *machine);
/* The code that a thread's frames are of. */
const struct ups_image *ups_update_image(const struct ups_thread *thread);
/* A site trapped while unrolling.  Returns the program counter to continue at. */
uintptr_t ups_update_unrolled(uint32_t site, struct ups_machine *machine);
/* The int3 behind the base or a failed unrolling: puts everything back. */
void ups_update_roll_back(struct ups_machine *machine);
/* The innermost frame has been rebuilt. */
void ups_update_restored(void);
/* A thread comes to its base (and waits there while an update is being made); a thread has left it for ever. */
void ups_update_birth(struct ups_thread *thread);
void ups_update_death(struct ups_thread *thread);
/* A child process was forked during an update: it has nothing to do with it. */
void ups_update_forget(void);
#endif
