/* blocking_scan.c - formatted input from streams: scanf and its kin.
 *
 * The format is taken apart into its directives.  Before each the wrapper waits, as fgets does, until there is a character for it, and
 * there an update can come between; then libc's own function does the conversion.  What has been converted is the call's progress.
 *
 *   "%d %s"  ->  white space, wait, "%d"; white space, wait, "%s"
 *
 * Only input of which a part has come already (a pipe that has the half of a number in it) is waited for in libc.  A format that does
 * what cannot be taken apart is libc's as a whole; so is one while there is that much in the buffer that it will hardly wait. */
#include "blocking_streams.h"
#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

#define PLENTY 512    /* bytes in the buffer: nobody types that much ahead */
#define LONGEST 120   /* a directive */

/* What the functions of gcc's older modes are called: those of stdio.h are __isoc99_. */
int ups_old_fscanf(FILE *restrict, const char *restrict, ...) __asm__("fscanf");
int ups_old_vfscanf(FILE *restrict, const char *restrict, va_list) __asm__("vfscanf");

/* A family of libc's functions. */
struct family {
  bool has_old_a; /* %as allocates, as %ms does elsewhere */
  int (*one)(FILE *restrict, const char *restrict, ...);
  int (*whole)(FILE *restrict, const char *restrict, va_list);
};
static const struct family c99 = {false, fscanf, vfscanf}, old = {true, ups_old_fscanf, ups_old_vfscanf};

/* A directive of a format, up to `end`. */
struct directive {
  enum { SPACE, LITERAL, CONVERSION } kind;
  bool skips;   /* white space before it */
  bool assigns; /* takes an argument */
  const char *end;
};

static bool is_space(char c) { return isspace((unsigned char)c); }

/* From behind '[' to behind its ']'; 0: there is none. */
static const char *end_of_set(const char *at) {
  at += *at == '^';
  at = *at ? strchr(at + 1, ']') : 0; /* one at the beginning is an element */
  return at ? at + 1 : 0;
}

/* From a length modifier to behind it. */
static const char *end_of_length(const char *at) {
  if (*at == 'h' || *at == 'l')
    return at + 1 + (at[1] == *at);
  if (*at == 'm')
    return at + 1 + (at[1] == 'l');
  return at + (*at && strchr("Lqjzt", *at));
}

/* Reads a conversion.  False: one that is left to libc: %n, %1$d, flags, and what is no conversion. */
static bool read_conversion(const char *at, bool has_old_a, struct directive *d) {
  const char *start = at++;
  d->assigns = *at != '*';
  at += !d->assigns;
  while (isdigit((unsigned char)*at))
    at++;
  at = end_of_length(at);
  if (has_old_a && *at == 'a' && at[1] && strchr("sS[", at[1]))
    return false;
  d->skips = *at != 'c' && *at != 'C' && *at != '[';
  d->end = !*at || !strchr("diouxXeEfFgGaAsSpcC[", *at) ? 0 : *at == '[' ? end_of_set(at + 1) : at + 1;
  return d->end && d->end - start <= LONGEST;
}

/* Reads the next directive; false: it is left to libc. */
static bool read_directive(const char *at, bool has_old_a, struct directive *d) {
  *d = (struct directive){.kind = LITERAL, .end = at + 1};
  if (is_space(*at)) {
    d->kind = SPACE;
    d->skips = true;
    while (is_space(*d->end))
      d->end++;
    return true;
  }
  if (*at != '%')
    return (unsigned char)*at < 0x80; /* the locale says what characters the others are part of */
  d->skips = at[1] == '%';
  d->end += d->skips;
  d->kind = d->skips ? LITERAL : CONVERSION;
  return d->skips || read_conversion(at, has_old_a, d);
}

/* How many arguments a format takes; -1: it is libc's as a whole. */
static int count_arguments(const char *format, bool has_old_a) {
  struct directive d;
  int count = 0;
  for (; *format; format = d.end) {
    if (!read_directive(format, has_old_a, &d))
      return -1;
    count += d.assigns;
  }
  return count <= UPS_CALL_MORE ? count : -1;
}

/* Waits for the next character that a directive looks at: 1, 0 at the end, -UPS_INTERRUPTED. */
static int wait_character(struct ups_call *c, bool skips) {
  FILE *f = ups_stream_of(c);
  for (;;) {
    while (skips && ups_stream_has(f) && is_space(*f->_IO_read_ptr))
      f->_IO_read_ptr++;
    if (ups_stream_has(f))
      return 1;
    int filled = ups_stream_fill(c);
    if (filled != 1)
      return filled;
  }
}

/* One conversion by libc.  %n tells whether it was made; nobody else knows of one that is not assigned.  EOF: the input ended in it. */
static int convert(struct ups_call *c, const struct directive *d, const struct family *family) {
  const char *at = c->extra;
  size_t length = (size_t)(d->end - at);
  char text[LONGEST + 3];
  int end = -1, result;
  memcpy(text, at, length);
  memcpy(text + length, "%n", 3);
  pthread_cleanup_push(ups_stream_cancelled, c);
  if (d->assigns)
    result = family->one(ups_stream_of(c), text, (void *)c->more[c->total++], &end);
  else
    result = family->one(ups_stream_of(c), text, &end);
  pthread_cleanup_pop(0);
  return end >= 0 ? 1 : result == EOF ? EOF : 0;
}

/* The input has ended, or there is an error: what has been assigned, if that is anything. */
static struct ups_outcome input_ends(const struct ups_call *c) { return (struct ups_outcome){c->done ? (long)c->done : EOF, 0}; }

/* Directive by directive, from where the call has come to. */
static struct ups_outcome scan(struct ups_call *c, const struct family *family) {
  FILE *f = ups_stream_of(c);
  struct directive d;
  for (; *(const char *)c->extra; c->extra = (void *)d.end) {
    read_directive(c->extra, family->has_old_a, &d);
    int come = wait_character(c, d.skips), converted = 1;
    if (come == -UPS_INTERRUPTED)
      return (struct ups_outcome){come, 0};
    if (d.kind == SPACE)
      continue; /* also none at the end */
    if (come == 0)
      return input_ends(c);
    if (d.kind == CONVERSION)
      converted = convert(c, &d, family);
    else if ((converted = *f->_IO_read_ptr == d.end[-1]))
      f->_IO_read_ptr++;
    if (converted == EOF)
      return input_ends(c);
    if (!converted)
      break;
    c->done += d.assigns;
  }
  return (struct ups_outcome){(long)c->done, 0};
}
static struct ups_outcome c99_again(struct ups_call *c) { return scan(c, &c99); }
static struct ups_outcome old_again(struct ups_call *c) { return scan(c, &old); }

/* As a signal that ends the read, after an update. */
static bool settle(struct ups_call *c, struct ups_outcome r, long *result) {
  *result = r.value;
  if (r.value == -EINTR) {
    ups_stream_of(c)->_flags |= _IO_ERR_SEEN;
    errno = EINTR;
    *result = input_ends(c).value;
  }
  return r.value != -UPS_INTERRUPTED;
}

static long end(struct ups_call *c, long result) {
  ups_stream_unlock(c);
  return result;
}

/* What all of them are. */
static inline __attribute__((always_inline)) int formatted(FILE *f, const char *format, va_list arguments, const struct family *family, uintptr_t frame) {
  int count = ups_stream_has(f) >= PLENTY || f->_mode > 0 ? -1 : count_arguments(format, family->has_old_a);
  if (count < 0)
    return family->whole(f, format, arguments);
  CALL(0, (long)f);
  c.again = family->has_old_a ? old_again : c99_again;
  c.settle = settle;
  c.end = end;
  c.keeps_lock = true;
  c.frame = frame;
  c.extra = (void *)format;
  for (int i = 0; i < count; i++)
    c.more[i] = (long)va_arg(arguments, void *);
  ups_stream_lock(&c, true);
  return (int)ups_call_run(&c);
}

#define SCAN_WRAPPERS(prefix, family)                                                                        \
  WRAPPER int __upstare_##prefix##scanf(const char *restrict format, ...) {                                  \
    va_list arguments;                                                                                       \
    va_start(arguments, format);                                                                             \
    int result = formatted(stdin, format, arguments, &family, UPS_FRAME);                                    \
    va_end(arguments);                                                                                       \
    return result;                                                                                           \
  }                                                                                                          \
  WRAPPER int __upstare_##prefix##fscanf(FILE *restrict f, const char *restrict format, ...) {               \
    va_list arguments;                                                                                       \
    va_start(arguments, format);                                                                             \
    int result = formatted(f, format, arguments, &family, UPS_FRAME);                                        \
    va_end(arguments);                                                                                       \
    return result;                                                                                           \
  }                                                                                                          \
  WRAPPER int __upstare_##prefix##vscanf(const char *restrict format, va_list arguments) {                   \
    return formatted(stdin, format, arguments, &family, UPS_FRAME);                                          \
  }                                                                                                          \
  WRAPPER int __upstare_##prefix##vfscanf(FILE *restrict f, const char *restrict format, va_list arguments) { \
    return formatted(f, format, arguments, &family, UPS_FRAME);                                              \
  }

SCAN_WRAPPERS(, old)
SCAN_WRAPPERS(__isoc99_, c99)
