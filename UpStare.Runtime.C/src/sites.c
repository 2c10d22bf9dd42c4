/* sites.c - arming: the nop of a site becomes a trap, and back; in flag mode the image's flag is set.
 *
 * All sites of the image are armed at once.  Arming by stack (design section 6) would write fewer bytes, but
 * with mprotect 100,000 stores take about 1 ms, less than one tick of the timer, and every function is caught at
 * once, also those that are called later.  Where only /proc/self/mem works, a page is one write. */
#include "sites.h"
#include "codewrite.h"

#define NOP 0x90
#define TRAP 0xcc

/* The site at an address. */
uint32_t ups_site_at(const struct ups_image *image, uintptr_t address) {
  uintptr_t key = address - image->base;
  uint32_t low = 0, high = image->site_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (image->sites[middle].address < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low < image->site_count && image->sites[low].address == key ? low : UPSTARE_NONE;
}

/* The record of a return address. */
const struct upstare_return *ups_return_at(const struct ups_image *image, uintptr_t address) {
  uintptr_t key = address - image->base;
  uint32_t low = 0, high = image->return_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (image->returns[middle].address < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low < image->return_count && image->returns[low].address == key ? &image->returns[low] : 0;
}

/* The byte that a site has when it is not armed. */
static uint8_t resting(const struct upstare_site *site) {
  return site->flags & UPSTARE_SITE_FLAG ? TRAP : NOP;
}

/* Does the code look as the table says?  A patch for other code must not be let near it. */
bool ups_sites_fit(const struct ups_image *image) {
  for (uint32_t i = 0; i < image->site_count; i++)
    if (*(const uint8_t *)(image->base + image->sites[i].address) != resting(&image->sites[i]))
      return false;
  return true;
}

/* Fills in what is derived from the tables. */
bool ups_sites_prepare(struct ups_image *image) {
  image->inner_size = image->site_count ? image->site_count : 1;
  image->inner = ups_memory(image->inner_size);
  if (!image->inner)
    return false;
  for (uint32_t i = 0; i < image->site_count; i++) {
    const struct upstare_site *site = &image->sites[i];
    if (site->flags & UPSTARE_SITE_PARTIAL)
      image->inner[site->outer] |= UPS_SITE_INNER;
    if (!(site->flags & UPSTARE_SITE_FLAG))
      image->has_nops = true;
    else
      image->has_flags = true;
  }
  return true;
}

/* Does the site become this byte? */
static bool is_written(const struct ups_image *image, uint32_t site, uint8_t byte) {
  return !(image->sites[site].flags & UPSTARE_SITE_FLAG) && !(byte == NOP && image->inner[site] & UPS_SITE_STAYS);
}

/* A thread that is away will unroll through this site. */
void ups_site_stays(struct ups_image *image, uint32_t site) {
  image->inner[site] |= UPS_SITE_STAYS;
  image->stays = true;
}

/* Writes the sites of one page at once: sites[*i] and those that follow in its page. */
static bool write_page(struct ups_writer *w, const struct ups_image *image, uint32_t *i, uint8_t byte) {
  uint8_t page[4096];
  uintptr_t first = image->base + image->sites[*i].address, at = first;
  size_t length = 0;
  while (*i < image->site_count && (at = image->base + image->sites[*i].address) >> 12 == first >> 12) {
    size_t offset = at - first;
    if (offset >= length) {
      ups_copy(page + length, (const void *)(first + length), offset + 1 - length);
      length = offset + 1;
    }
    if (is_written(image, *i, byte))
      page[offset] = byte;
    ++*i;
  }
  return ups_writer_put(w, first, page, length);
}

/* Turns all sites into traps, or back. */
bool ups_sites_arm(struct ups_image *image, bool armed) {
  uint8_t byte = armed ? TRAP : NOP;
  if (armed && ups_fault(UPS_FAULT_ARM))
    return false;
  if (image->flag)
    *image->flag = armed || image->stays;
  if (image->has_nops && image->site_count) {
    struct ups_writer w;
    uintptr_t low = image->base + image->sites[0].address;
    if (!ups_writer_open(&w, low, image->base + image->sites[image->site_count - 1].address + 1))
      return false;
    bool ok = true, slow = ups_writer_slow(&w, low);
    for (uint32_t i = 0; i < image->site_count && ok;)
      if (slow)
        ok = write_page(&w, image, &i, byte);
      else {
        if (is_written(image, i, byte))
          ok = ups_writer_put(&w, image->base + image->sites[i].address, &byte, 1);
        i++;
      }
    ups_writer_close(&w);
    if (!ok)
      return false;
  }
  image->armed = armed;
  return true;
}
