/* text.h - building messages without stdio: a fixed buffer that text is appended to and that never overflows
 * (what does not fit is cut off). */
#ifndef UPS_TEXT_H
#define UPS_TEXT_H
#include <stddef.h>
#include <stdint.h>

struct ups_text {
  char *at;
  size_t used, size;
};
void ups_text_start(struct ups_text *t, char *buffer, size_t size);
void ups_text_add(struct ups_text *t, const char *s);
void ups_text_number(struct ups_text *t, int64_t value);
void ups_text_hex(struct ups_text *t, uint64_t value);
void ups_text_bytes(struct ups_text *t, const uint8_t *bytes, size_t n);
/* Writes what was built to standard error, with one system call. */
void ups_text_print(const struct ups_text *t);
#endif
