/* stop.h - the stop in place: copying stack and registers aside, preparing the new frames, reading operands as
 * frames return, and putting everything back. */
#ifndef UPS_STOP_H
#define UPS_STOP_H
#include "state.h"

/* Has every frame of the walk a counterpart, and every value of it a source?  Makes the memory of the new
 * frames.  Only reads the program. */
enum ups_error ups_prepare(struct ups_thread *thread, const struct ups_image *image, const struct upstare_patch *p, const struct ups_machine *machine,
                           struct ups_reason *reason);
/* Makes the memory for a copy of the stopped thread. */
enum ups_error ups_snapshot_room(struct ups_thread *thread, const struct ups_machine *machine);
/* Copies stack, registers, errno and mask aside, and blocks all signals for the interrupted thread. */
void ups_snapshot(struct ups_thread *thread, struct ups_machine *machine);
/* Writes all that back; the handler then returns to the stopped instruction. */
void ups_put_back(struct ups_thread *thread, struct ups_machine *machine);
/* What lies on the stack from this address up keeps its place. */
void ups_survives(struct ups_thread *thread, uintptr_t address);
/* Reads the operands of a site into the new frames that take them. */
void ups_read_site(struct ups_thread *thread, const struct ups_image *image, uint32_t site, const struct ups_machine *machine);
/* Where the new frames can start: below everything that survives. */
uintptr_t ups_new_stack(const struct ups_thread *thread);
/* Writes the surviving part of the stack back; the stack pointer is lowered by the base. */
void ups_survivors_back(const struct ups_thread *thread);
/* Is there room for frames below an address of the thread's stack? */
bool ups_stack_reaches(const struct ups_thread *thread, uintptr_t address);
#endif
