/* sys.h - raw system calls and the few memory operations that signal handlers use.
 *
 * The runtime works in signal handlers, under chroot, seccomp and half-initialised libraries; so it asks the
 * kernel directly: no errno, no cancellation, no lazy binding.  Results are -errno. */
#ifndef UPS_SYS_H
#define UPS_SYS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <stdlib.h> /* before its functions are poisoned */
#include <time.h>

#pragma GCC poison exit abort assert

/* Of a function that the program runs into whether it is updated or not: the linker puts these together, so that a process needs few
 * pages of the runtime's code. */
#define UPS_HOT __attribute__((hot))

/* A system call with up to six arguments. */
static inline long ups_call6(long nr, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
#define UPS_PICK(_1, _2, _3, _4, _5, _6, _7, name, ...) name
#define ups_sys(...)                                                                                         \
  UPS_PICK(__VA_ARGS__, UPS_SYS6, UPS_SYS5, UPS_SYS4, UPS_SYS3, UPS_SYS2, UPS_SYS1, UPS_SYS0, 0)(__VA_ARGS__)
#define UPS_SYS0(n) ups_call6(n, 0, 0, 0, 0, 0, 0)
#define UPS_SYS1(n, a) ups_call6(n, (long)(a), 0, 0, 0, 0, 0)
#define UPS_SYS2(n, a, b) ups_call6(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define UPS_SYS3(n, a, b, c) ups_call6(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define UPS_SYS4(n, a, b, c, d) ups_call6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define UPS_SYS5(n, a, b, c, d, e) ups_call6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define UPS_SYS6(n, a, b, c, d, e, f)                                                                        \
  ups_call6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* Copies bytes; the ranges do not overlap. */
static inline void ups_copy(void *to, const void *from, size_t n) {
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n)::"memory");
}
/* Fills bytes. */
static inline void ups_fill(void *to, int byte, size_t n) {
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(byte) : "memory");
}
/* Are the ranges equal? */
static inline bool ups_same(const void *a, const void *b, size_t n) {
  const uint8_t *x = a, *y = b;
  for (; n >= 8; n -= 8, x += 8, y += 8) {
    uint64_t u, v;
    __builtin_memcpy(&u, x, 8);
    __builtin_memcpy(&v, y, 8);
    if (u != v)
      return false;
  }
  for (; n; n--)
    if (*x++ != *y++)
      return false;
  return true;
}
/* Length of a string. */
static inline size_t ups_length(const char *s) {
  size_t n = 0;
  while (((const volatile char *)s)[n])
    n++;
  return n;
}
/* Are the strings equal? */
static inline bool ups_equal(const char *a, const char *b) {
  while (*a && *a == *b)
    a++, b++;
  return *a == *b;
}
/* Nanoseconds on the monotonic clock. */
static inline int64_t ups_now(void) {
  struct timespec t;
  ups_sys(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
#endif
