/* commit.h - the moment when the program changes its version. */
#ifndef UPS_COMMIT_H
#define UPS_COMMIT_H
#include "state.h"

/* The last things that can fail: may the entries and constants be written? */
enum ups_error ups_commit_prepare(const struct ups_patch *patch);
/* Initial values, entry redirects, registry, image.  Cannot fail. */
void ups_commit(struct ups_patch *patch);
/* The places of the entities of the version that a patch applies to. */
const struct ups_place *ups_old_places(const struct ups_patch *patch);
/* Writes a few bytes somewhere that may be read-only. */
bool ups_commit_put(uintptr_t at, const void *bytes, size_t size);
#endif
