/* text.c - messages into a fixed buffer: no stdio, so that handlers can use it.  Always 0-terminated. */
#include "text.h"
#include "sys.h"

/* Starts an empty text in a buffer of `size` bytes (at least one). */
void ups_text_start(struct ups_text *t, char *buffer, size_t size) {
  t->at = buffer;
  t->used = 0;
  t->size = size;
  buffer[0] = 0;
}

/* Appends a string. */
void ups_text_add(struct ups_text *t, const char *s) {
  while (*s && t->used + 1 < t->size)
    t->at[t->used++] = *s++;
  t->at[t->used] = 0;
}

/* Appends digits of `value` in a base of 10 or 16. */
static void digits(struct ups_text *t, uint64_t value, unsigned base) {
  char buffer[24];
  char *p = buffer + sizeof buffer - 1;
  *p = 0;
  do
    *--p = "0123456789abcdef"[value % base];
  while (value /= base);
  ups_text_add(t, p);
}

/* Appends a decimal number. */
void ups_text_number(struct ups_text *t, int64_t value) {
  if (value < 0)
    ups_text_add(t, "-");
  digits(t, value < 0 ? -(uint64_t)value : (uint64_t)value, 10);
}

/* Appends a number in hexadecimal, with 0x. */
void ups_text_hex(struct ups_text *t, uint64_t value) {
  ups_text_add(t, "0x");
  digits(t, value, 16);
}

/* Appends bytes as hexadecimal digits: a build-id. */
void ups_text_bytes(struct ups_text *t, const uint8_t *bytes, size_t n) {
  for (size_t i = 0; i < n; i++) {
    char two[3] = {"0123456789abcdef"[bytes[i] >> 4], "0123456789abcdef"[bytes[i] & 15], 0};
    ups_text_add(t, two);
  }
}

/* Prints on standard error. */
void ups_text_print(const struct ups_text *t) { ups_sys(SYS_write, 2, t->at, t->used); }
