/* regroup.h - which new frames the old ones become, and what they take from them. */
#ifndef UPS_REGROUP_H
#define UPS_REGROUP_H
#include "state.h"

/* Does the move read an operand of the old frame's site? */
bool ups_move_reads(const struct upstare_move *m);
/* Does every frame of a thread have a place to go on?  Changes nothing; `reason` says where not, and why. */
enum ups_error ups_regroup_check(struct ups_thread *thread, const struct ups_image *image, const struct upstare_patch *p, struct ups_reason *reason);
/* After the check: makes the thread's new frames and their parts, with the constants in them.  False: no memory. */
bool ups_regroup(struct ups_thread *thread, const struct upstare_patch *p);
#endif
