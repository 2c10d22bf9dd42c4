/* frames.h - understanding a stack from the tables of a patch, and reading recorded operands. */
#ifndef UPS_FRAMES_H
#define UPS_FRAMES_H
#include "state.h"

/* Walks a stopped thread from a site (UPSTARE_NONE: from the return address of its parked call's wrapper) to the base and
 * fills thread->frames.  On an error `reason` says where. */
enum ups_error ups_walk(struct ups_thread *thread, const struct ups_image *image, uint32_t site, const struct ups_machine *machine,
                        struct ups_reason *reason);
/* Finds the operand of a point by its number, counted over the chain of sites that starts at `site`. */
const struct upstare_operand *ups_operand(const struct ups_image *image, uint32_t site, uint32_t number);
/* The address of a memory operand. */
uintptr_t ups_operand_address(const struct ups_image *image, const struct upstare_operand *o, const greg_t *registers);
/* Reads `size` bytes of an operand's value. */
void ups_operand_read(const struct ups_image *image, const struct upstare_operand *o, const struct ups_machine *machine,
                      void *to, uint32_t size);
/* Can a value of this size be read from the operand? */
bool ups_operand_holds(const struct upstare_operand *o, uint32_t size);
/* Fills in function, file and line of a reason. */
void ups_reason_point(struct ups_reason *reason, const struct ups_image *image, uint32_t point);
#endif
