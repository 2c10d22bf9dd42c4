/* patch.h - reading a patch file, checking it, and bringing it into memory. */
#ifndef UPS_PATCH_H
#define UPS_PATCH_H
#include "state.h"

/* Checks every table of a patch: nothing behind it looks at an index again.  The blob is `size` bytes. */
enum ups_error ups_patch_check(const struct upstare_patch *p, uint64_t size);
/* Finds the blob in an ELF file of `size` bytes. */
enum ups_error ups_patch_find(const void *file, uint64_t size, const struct upstare_patch **blob, uint64_t *blob_size);
/* FNV-1a over the blob with its checksum field 0. */
uint64_t ups_patch_checksum(const struct upstare_patch *p);
/* Copies, relocates and binds a checked patch whose `file` and `blob` are set.  `detail` (of at least 256 bytes)
 * says what was missing. */
enum ups_error ups_patch_load(struct ups_patch *patch, char *detail);
/* Gives back a patch that was not committed. */
void ups_patch_drop(struct ups_patch *patch);
/* A string of the patch. */
static inline const char *ups_patch_string(const struct upstare_patch *p, uint32_t offset) {
  return (const char *)p + p->strings.offset + offset;
}
/* Does it convert, move or compute any data but those of frames? */
static inline bool ups_converts_data(const struct upstare_patch *p) { return p->types.count || p->steps.count || p->tls_size; }
/* First element of a table. */
static inline const void *ups_patch_table(const struct upstare_patch *p, struct upstare_span span) {
  return (const char *)p + span.offset;
}
#endif
