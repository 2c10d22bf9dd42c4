/* blocking_streams.c - input from streams: fgets, getc, fread, getline; scanf is in blocking_scan.c.
 *
 * What is in the stream's buffer is taken from there; only where it must be filled can the call wait, in libc's own
 * function, whose read an update ends (blocking_wait.h).  libc takes that for an error; the mark that it leaves is wiped
 * off, and what the call has got so far is its progress.  The stream stays locked meanwhile, as in libc, so nobody gets
 * into the middle of a line.
 *
 * Leaves out: wide characters, which are libc's. */
#include "blocking_streams.h"
#include "blocking_wait.h"
#include <limits.h>
#include <string.h>

int __underflow(FILE *);

enum { BUFFER = UPS_STREAM_ARGS, SIZE, DELIMITER, OLD_ERROR }; /* places in ups_call.arg */

/* libc's function that fills the buffer, or reads past it; a thread that is cancelled there leaves the stream unlocked. */
static size_t reads(struct ups_call *c, size_t (*read)(struct ups_call *)) {
  size_t result;
  if (!c->arg[UPS_STREAM_LOCKED])
    return read(c);
  pthread_cleanup_push(ups_stream_cancelled, c);
  result = read(c);
  pthread_cleanup_pop(0);
  return result;
}

/* The same, so that an update can end it: 1 all is well, 0 the end or an error, -UPS_INTERRUPTED. */
static int interruptible(struct ups_call *c, size_t (*read)(struct ups_call *), size_t *result) {
  FILE *f = ups_stream_of(c);
  int before = errno, old = f->_flags & _IO_ERR_SEEN, fd = fileno_unlocked(f);
  struct ups_wait outer;
  ups_wait_begin(&outer, (struct ups_wait){.number = SYS_read, .low = fd < 0 ? 0 : fd, .high = fd < 0 ? 0 : fd + 1, .frame = c->frame,
                                           .back = ((const uintptr_t *)c->frame)[1]});
  errno = 0;
  *result = reads(c, read);
  bool ours = ups_wait_end(&outer) && errno == EINTR && f->_flags & _IO_ERR_SEEN;
  if (ours)
    f->_flags = (f->_flags & ~_IO_ERR_SEEN) | old;
  if (ours || !errno)
    errno = before;
  return ours ? -UPS_INTERRUPTED : *result != 0;
}

static size_t underflow(struct ups_call *c) { return __underflow(ups_stream_of(c)) != EOF; }

int ups_stream_fill(struct ups_call *c) {
  size_t filled;
  return interruptible(c, underflow, &filled);
}

#define STREAM_CALL(stream, function, last)                                                                  \
  CALL(0, (long)(stream));                                                                                   \
  c.again = function;                                                                                        \
  c.settle = settle_stream;                                                                                  \
  c.keeps_lock = true;                                                                                       \
  c.end = last

/* An error is in the stream's flags and in errno; so is, after an update, a signal that ends the read. */
static bool settle_stream(struct ups_call *c, struct ups_outcome r, long *result) {
  *result = r.value;
  if (r.value == -EINTR) {
    ups_stream_of(c)->_flags |= _IO_ERR_SEEN;
    errno = EINTR;
    *result = c->done ? 0 : EOF;
  }
  return r.value != -UPS_INTERRUPTED;
}

/* One character. */
static struct ups_outcome character_again(struct ups_call *c) {
  FILE *f = ups_stream_of(c);
  int filled = ups_stream_has(f) ? 1 : ups_stream_fill(c);
  return (struct ups_outcome){filled == 1 ? *(unsigned char *)f->_IO_read_ptr++ : filled == 0 ? EOF : filled, 0};
}

static long end_stream(struct ups_call *c, long result) {
  ups_stream_unlock(c);
  return result;
}

static inline __attribute__((always_inline)) int character(FILE *f, bool locks, uintptr_t frame) {
  if (__builtin_expect(ups_stream_has(f) && !(locks && ups_stream_needs_lock(f)), 1))
    return *(unsigned char *)f->_IO_read_ptr++;
  STREAM_CALL(f, character_again, end_stream);
  c.frame = frame;
  ups_stream_lock(&c, locks);
  return (int)ups_call_run(&c);
}

WRAPPER int __upstare_getc(FILE *f) { return character(f, true, UPS_FRAME); }
WRAPPER int __upstare_getchar(void) { return character(stdin, true, UPS_FRAME); }
WRAPPER int __upstare_getc_unlocked(FILE *f) { return character(f, false, UPS_FRAME); }
WRAPPER int __upstare_getchar_unlocked(void) { return character(stdin, false, UPS_FRAME); }

/* A line, or as much as there is room for. */
static struct ups_outcome line_again(struct ups_call *c) {
  FILE *f = ups_stream_of(c);
  while (c->done < (size_t)c->arg[SIZE]) {
    size_t room = c->arg[SIZE] - c->done, have = ups_stream_has(f);
    if (!have) {
      int filled = ups_stream_fill(c);
      if (filled == 1)
        continue;
      return (struct ups_outcome){filled, 0};
    }
    size_t n = have < room ? have : room;
    const char *end = memchr(f->_IO_read_ptr, '\n', n);
    if (end)
      n = end + 1 - f->_IO_read_ptr;
    memcpy((char *)c->arg[BUFFER] + c->done, f->_IO_read_ptr, n);
    f->_IO_read_ptr += n;
    c->done += n;
    if (end)
      break;
  }
  return (struct ups_outcome){1, 0};
}

/* An error counts if it is new, and not one of a descriptor that does not wait (glibc's iofgets.c). */
static long end_line(struct ups_call *c, long result) {
  FILE *f = ups_stream_of(c);
  bool failed = c->done == 0 || (f->_flags & _IO_ERR_SEEN && errno != EAGAIN);
  (void)result;
  if (!failed)
    ((char *)c->arg[BUFFER])[c->done] = 0;
  f->_flags |= (int)c->arg[OLD_ERROR];
  ups_stream_unlock(c);
  return failed ? 0 : c->arg[BUFFER];
}

static inline __attribute__((always_inline)) char *line(char *buffer, int size, FILE *f, bool locks, uintptr_t frame) {
  if (size <= 0)
    return 0;
  if (size == 1) {
    *buffer = 0;
    return buffer;
  }
  STREAM_CALL(f, line_again, end_line);
  c.frame = frame;
  ups_stream_lock(&c, locks);
  c.arg[BUFFER] = (long)buffer;
  c.arg[SIZE] = size - 1;
  c.arg[OLD_ERROR] = f->_flags & _IO_ERR_SEEN;
  f->_flags &= ~_IO_ERR_SEEN;
  return (char *)ups_call_run(&c);
}

WRAPPER char *__upstare_fgets(char *restrict buffer, int size, FILE *restrict f) { return line(buffer, size, f, true, UPS_FRAME); }

WRAPPER char *__upstare_fgets_unlocked(char *restrict buffer, int size, FILE *restrict f) {
  return line(buffer, size, f, false, UPS_FRAME);
}

/* Bytes: libc's function with elements of one byte, so that it tells how many it has read. */
static size_t read_bytes(struct ups_call *c) {
  return fread_unlocked((char *)c->arg[BUFFER] + c->done, 1, c->arg[SIZE] - c->done, ups_stream_of(c));
}

static struct ups_outcome bytes_again(struct ups_call *c) {
  size_t got;
  int ended = interruptible(c, read_bytes, &got);
  c->done += got;
  return (struct ups_outcome){ended == -UPS_INTERRUPTED && c->done < (size_t)c->arg[SIZE] ? ended : 0, 0};
}

/* Elements that are there completely. */
static long end_elements(struct ups_call *c, long result) {
  (void)result;
  ups_stream_unlock(c);
  return (long)(c->done / (size_t)c->extra);
}

static inline __attribute__((always_inline)) size_t elements(void *buffer, size_t size, size_t count, FILE *f, bool locks,
                                                             uintptr_t frame) {
  size_t bytes = size * count;
  if (!bytes)
    return 0;
  if (bytes <= ups_stream_has(f))
    return locks ? fread(buffer, size, count, f) : fread_unlocked(buffer, size, count, f);
  STREAM_CALL(f, bytes_again, end_elements);
  c.frame = frame;
  ups_stream_lock(&c, locks);
  c.arg[BUFFER] = (long)buffer;
  c.arg[SIZE] = (long)bytes;
  c.extra = (void *)size;
  return (size_t)ups_call_run(&c);
}

WRAPPER size_t __upstare_fread(void *restrict buffer, size_t size, size_t count, FILE *restrict f) {
  return elements(buffer, size, count, f, true, UPS_FRAME);
}

WRAPPER size_t __upstare_fread_unlocked(void *restrict buffer, size_t size, size_t count, FILE *restrict f) {
  return elements(buffer, size, count, f, false, UPS_FRAME);
}

/* Makes room for more bytes of the line and a zero. */
static bool grow(char **line, size_t *size, size_t needed) {
  if (needed <= *size)
    return true;
  size_t larger = needed < 2 * *size ? 2 * *size : needed;
  char *moved = realloc(*line, larger);
  if (!moved)
    return false;
  *line = moved;
  *size = larger;
  return true;
}

/* A line of any length (glibc's iogetdelim.c). */
static struct ups_outcome delimited_again(struct ups_call *c) {
  FILE *f = ups_stream_of(c);
  char **text = (char **)c->arg[BUFFER];
  size_t *size = (size_t *)c->arg[SIZE];
  for (;;) {
    size_t have = ups_stream_has(f);
    if (!have) {
      int filled = ups_stream_fill(c);
      if (filled == 1)
        continue;
      return (struct ups_outcome){filled == 0 && !c->done ? -1 : filled, 0};
    }
    const char *end = memchr(f->_IO_read_ptr, (int)c->arg[DELIMITER], have);
    size_t n = end ? (size_t)(end + 1 - f->_IO_read_ptr) : have;
    if (n >= SSIZE_MAX - c->done) {
      errno = EOVERFLOW;
      return (struct ups_outcome){-1, 0};
    }
    if (!grow(text, size, c->done + n + 1))
      return (struct ups_outcome){-1, 0};
    memcpy(*text + c->done, f->_IO_read_ptr, n);
    f->_IO_read_ptr += n;
    c->done += n;
    if (end)
      return (struct ups_outcome){1, 0};
  }
}

static long end_delimited(struct ups_call *c, long result) {
  if (result >= 0)
    (*(char **)c->arg[BUFFER])[c->done] = 0;
  ups_stream_unlock(c);
  return result >= 0 ? (long)c->done : -1;
}

static inline __attribute__((always_inline)) ssize_t delimited(char **text, size_t *size, int delimiter, FILE *f, uintptr_t frame) {
  if (!text || !size)
    return ups_call_failed(-EINVAL);
  STREAM_CALL(f, delimited_again, end_delimited);
  c.frame = frame;
  ups_stream_lock(&c, true);
  c.arg[BUFFER] = (long)text;
  c.arg[SIZE] = (long)size;
  c.arg[DELIMITER] = delimiter;
  bool refused = f->_flags & _IO_ERR_SEEN;
  if (!refused && (!*text || !*size)) {
    *size = 120;
    refused = !(*text = malloc(*size)); /* what was there was not of any size */
  }
  return refused ? end_delimited(&c, -1) : ups_call_run(&c);
}

WRAPPER ssize_t __upstare_getdelim(char **restrict text, size_t *restrict size, int delimiter, FILE *restrict f) {
  return delimited(text, size, delimiter, f, UPS_FRAME);
}

WRAPPER ssize_t __upstare_getline(char **restrict text, size_t *restrict size, FILE *restrict f) {
  return delimited(text, size, '\n', f, UPS_FRAME);
}

/* A buffer smaller than what may come is found by libc. */
WRAPPER char *__upstare___fgets_chk(char *restrict buffer, size_t room, int size, FILE *restrict f) {
  return size > 0 && (size_t)size > room ? __fgets_chk(buffer, room, size, f) : line(buffer, size, f, true, UPS_FRAME);
}

WRAPPER char *__upstare___fgets_unlocked_chk(char *restrict buffer, size_t room, int size, FILE *restrict f) {
  return size > 0 && (size_t)size > room ? __fgets_unlocked_chk(buffer, room, size, f) : line(buffer, size, f, false, UPS_FRAME);
}

WRAPPER size_t __upstare___fread_chk(void *restrict buffer, size_t room, size_t size, size_t count, FILE *restrict f) {
  size_t bytes;
  if (__builtin_mul_overflow(size, count, &bytes) || bytes > room)
    return __fread_chk(buffer, room, size, count, f);
  return elements(buffer, size, count, f, true, UPS_FRAME);
}

WRAPPER size_t __upstare___fread_unlocked_chk(void *restrict buffer, size_t room, size_t size, size_t count, FILE *restrict f) {
  size_t bytes;
  if (__builtin_mul_overflow(size, count, &bytes) || bytes > room)
    return __fread_unlocked_chk(buffer, room, size, count, f);
  return elements(buffer, size, count, f, false, UPS_FRAME);
}

/* The same functions under other names. */
#define SAME(name, as) extern __typeof__(name) __upstare_##name UPS_HOT __attribute__((alias("__upstare_" #as)))
SAME(fgetc, getc);
SAME(_IO_getc, getc);
SAME(fgetc_unlocked, getc_unlocked);
SAME(__uflow, getc_unlocked);
SAME(__getdelim, getdelim);
