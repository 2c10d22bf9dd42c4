/* redirect.h - jumps from the old version's functions and labels to the new version's. */
#ifndef UPS_REDIRECT_H
#define UPS_REDIRECT_H
#include "state.h"

/* Can all jumps of a patch be written over these places?  If not, *entity is in the way (UPS_LABELS). */
enum ups_error ups_redirect_fits(const struct ups_patch *patch, const struct ups_place *places, uint32_t *entity);
/* Tries (with `probe`), or writes, all jumps of a patch. */
bool ups_redirect_all(const struct ups_patch *patch, const struct ups_place *places, bool probe);
/* The end of the jump that is written at an entry. */
uintptr_t ups_redirect_end(uintptr_t entry);
#endif
