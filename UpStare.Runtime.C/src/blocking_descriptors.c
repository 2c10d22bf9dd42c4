/* blocking_descriptors.c - read, write, open, locks on files: calls on one descriptor. */
#include "blocking_call.h"
#include <stdarg.h>

WRAPPER ssize_t __upstare_read(int fd, void *buffer, size_t size) {
  int64_t start = ups_call_start();
  struct ups_outcome r = UPS_TRY3(SYS_read, fd, buffer, size);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_read, fd, (long)buffer, (long)size);
  ups_call_set_start(&c, start, POLLIN);
  return ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_pread64(int fd, void *buffer, size_t size, off64_t offset) {
  struct ups_outcome r = UPS_TRY6(SYS_pread64, fd, buffer, size, offset, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_pread64, fd, (long)buffer, (long)size, offset);
  return ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_write(int fd, const void *buffer, size_t size) {
  int64_t start = ups_call_start();
  struct ups_outcome r = UPS_TRY3(SYS_write, fd, buffer, size);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_write, fd, (long)buffer, (long)size);
  ups_call_set_start(&c, start, POLLOUT);
  c.total = size;
  c.advance[1] = 1;
  c.advance[2] = -1;
  return ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_pwrite64(int fd, const void *buffer, size_t size, off64_t offset) {
  struct ups_outcome r = UPS_TRY6(SYS_pwrite64, fd, buffer, size, offset, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_pwrite64, fd, (long)buffer, (long)size, offset);
  c.total = size;
  c.advance[1] = c.advance[3] = 1;
  c.advance[2] = -1;
  return ups_call_go_on(&c, r);
}

/* A pipe with a name waits here for its other end. */
static inline __attribute__((always_inline)) int open_at(int directory, const char *path, int flags, mode_t mode, uintptr_t frame) {
  struct ups_outcome r = UPS_TRY6(SYS_openat, directory, path, flags, mode, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_openat, directory, (long)path, flags, mode);
  c.frame = frame;
  return (int)ups_call_go_on(&c, r);
}

/* The variable argument of open, if there is one. */
#define MODE(flags)                                                                                          \
  __extension__({                                                                                            \
    mode_t mode_ = 0;                                                                                        \
    if (((flags)&O_CREAT) || ((flags)&O_TMPFILE) == O_TMPFILE) {                                             \
      va_list list_;                                                                                         \
      va_start(list_, flags);                                                                                \
      mode_ = va_arg(list_, mode_t);                                                                         \
      va_end(list_);                                                                                         \
    }                                                                                                        \
    mode_;                                                                                                   \
  })

WRAPPER int __upstare_open(const char *path, int flags, ...) { return open_at(AT_FDCWD, path, flags, MODE(flags), UPS_FRAME); }

WRAPPER int __upstare_openat(int directory, const char *path, int flags, ...) {
  return open_at(directory, path, flags, MODE(flags), UPS_FRAME);
}

/* With _FORTIFY_SOURCE a flag that asks for a mode without one is an error; that libc finds. */
WRAPPER int __upstare___open_2(const char *path, int flags) {
  if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE)
    return __open_2(path, flags);
  return open_at(AT_FDCWD, path, flags, 0, UPS_FRAME);
}

WRAPPER int __upstare___openat_2(int directory, const char *path, int flags) {
  if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE)
    return __openat_2(directory, path, flags);
  return open_at(directory, path, flags, 0, UPS_FRAME);
}

WRAPPER int __upstare_creat(const char *path, mode_t mode) {
  struct ups_outcome r = UPS_TRY3(SYS_creat, path, mode, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_creat, (long)path, mode);
  return (int)ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_sendfile(int out, int in, off_t *offset, size_t count) {
  struct ups_outcome r = UPS_TRY6_UNCANCELLED(SYS_sendfile, out, in, offset, count, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_sendfile, out, in, (long)offset, (long)count);
  c.no_cancel = true;
  c.total = count; /* the offset, or the position of `in`, has moved by what was done */
  c.advance[3] = -1;
  return ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_splice(int in, off64_t *in_offset, int out, off64_t *out_offset, size_t count, unsigned flags) {
  struct ups_outcome r = UPS_TRY6(SYS_splice, in, in_offset, out, out_offset, count, flags);
  UPS_RETURN_IF_SETTLED(r); /* it waits only as long as nothing was moved */
  CALL(SYS_splice, in, (long)in_offset, out, (long)out_offset, (long)count, flags);
  return ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_tee(int in, int out, size_t count, unsigned flags) {
  struct ups_outcome r = UPS_TRY6(SYS_tee, in, out, count, flags, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_tee, in, out, (long)count, flags);
  return ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_getrandom(void *buffer, size_t size, unsigned flags) {
  struct ups_outcome r = UPS_TRY3(SYS_getrandom, buffer, size, flags);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_getrandom, (long)buffer, (long)size, flags);
  c.total = size;
  c.advance[0] = 1;
  c.advance[1] = -1;
  return ups_call_go_on(&c, r);
}

WRAPPER int __upstare_flock(int fd, int operation) {
  struct ups_outcome r = UPS_TRY3_UNCANCELLED(SYS_flock, fd, operation, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_flock, fd, operation);
  c.no_cancel = true;
  return (int)ups_call_go_on(&c, r);
}

/* Only F_SETLKW and its kin wait; all others are libc's, which knows their arguments. */
WRAPPER int __upstare_fcntl(int fd, int command, ...) {
  va_list list;
  va_start(list, command);
  void *argument = va_arg(list, void *);
  va_end(list);
  if (command != F_SETLKW && command != F_OFD_SETLKW)
    return fcntl(fd, command, argument);
  struct ups_outcome r = UPS_TRY3(SYS_fcntl, fd, command, argument);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_fcntl, fd, command, (long)argument);
  return (int)ups_call_go_on(&c, r);
}

/* lockf's lock lies in the description, which may have moved. */
static struct ups_outcome lock_again(struct ups_call *c) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_start = 0, .l_len = c->arg[3]};
  return ups_call_attempt(c, SYS_fcntl, (long[6]){c->arg[0], F_SETLKW, (long)&lock});
}

WRAPPER int __upstare_lockf(int fd, int command, off_t length) {
  if (command != F_LOCK)
    return lockf(fd, command, length);
  CALL(SYS_fcntl, fd, 0, 0, length);
  c.again = lock_again;
  return (int)ups_call_run(&c);
}

/* A buffer smaller than what may come is found by libc. */
WRAPPER ssize_t __upstare___read_chk(int fd, void *buffer, size_t size, size_t room) {
  return size > room ? __read_chk(fd, buffer, size, room) : __upstare_read(fd, buffer, size);
}

WRAPPER ssize_t __upstare___pread_chk(int fd, void *buffer, size_t size, off_t offset, size_t room) {
  return size > room ? __pread_chk(fd, buffer, size, offset, room) : __upstare_pread64(fd, buffer, size, offset);
}

/* The same functions under other names: offsets have 64 bits anyway. */
#define SAME(name, as) extern __typeof__(name) __upstare_##name UPS_HOT __attribute__((alias("__upstare_" #as)))
SAME(pread, pread64);
SAME(pwrite, pwrite64);
SAME(open64, open);
SAME(openat64, openat);
SAME(creat64, creat);
SAME(sendfile64, sendfile);
SAME(fcntl64, fcntl);
SAME(lockf64, lockf);
SAME(__pread64_chk, __pread_chk);
SAME(__open64_2, __open_2);
SAME(__openat64_2, __openat_2);
