/* sites.h - finding and arming the sites of an image. */
#ifndef UPS_SITES_H
#define UPS_SITES_H
#include "state.h"

/* The site at an address, or UPSTARE_NONE. */
uint32_t ups_site_at(const struct ups_image *image, uintptr_t address);
/* What is behind a return address, or 0: foreign. */
const struct upstare_return *ups_return_at(const struct ups_image *image, uintptr_t address);
/* Is there a nop (or the int3 of flag mode) at every site? */
bool ups_sites_fit(const struct ups_image *image);
/* From now on the site is not disarmed: a thread that is away will unroll through it. */
void ups_site_stays(struct ups_image *image, uint32_t site);
/* Turns all sites into traps, or back. */
bool ups_sites_arm(struct ups_image *image, bool armed);
/* Fills in what is derived from the tables: inner, has_nops.  False: no memory. */
bool ups_sites_prepare(struct ups_image *image);
#endif
