/* update_steps.h - what the files of the update protocol share (update.h is for the rest of the runtime).  All of it wants the
 * lock, but ups_update_answer and ups_update_nudge. */
#ifndef UPS_UPDATE_STEPS_H
#define UPS_UPDATE_STEPS_H
#include "state.h"

#define UPS_MS INT64_C(1000000)
#define UPS_TICK (2 * UPS_MS)

/* Everybody who waits looks again. */
void ups_update_end_turn(void);
/* The sites rest for a while, so that the program gets on. */
void ups_update_rest(int64_t nanoseconds);
/* Wakes the threads that have not parked.  Without the lock: they want it at once. */
void ups_update_nudge(void);
/* A thread blocks SIGTRAP, or does not any more: a trap would kill the process, so sites rest as long as one does. */
void ups_update_trap_is_blocked(struct ups_thread *thread, bool blocked);
/* Sends a thread the signal that takes its call back. */
void ups_update_call(struct ups_thread *thread);
/* Those who have parked go on where they are. */
void ups_update_release(void);
/* Answers the request, from any stack. */
void ups_update_answer(enum ups_error error, const char *detail);
/* Back to idle. */
void ups_update_finish(enum ups_error error, const char *detail);
/* From parking to unrolling, once all have stopped. */
void ups_update_try_decide(void);
/* Every 2 ms while threads are to stop.  True: the others are to be nudged. */
bool ups_update_look_at_clocks(void);
#endif
