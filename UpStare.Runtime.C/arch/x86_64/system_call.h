/* system_call.h - the instructions of a system call that the update signal's handler can take back (after musl's cancellation points).
 *
 *   begin..enter   it has not begun: the handler may move the program counter to `cancel`
 *   enter          syscall: it has not begun, or was interrupted and would begin again
 *   done           it has just ended: the handler may move the program counter to `cut`
 *   settled        a handler of the program's has run when it had just ended: what it has brought is the program's
 *
 * Only registers that a call may destroy are changed before, so nothing has to be undone.
 *
 * While the call lasts the thread says so (away.h): `frame` is the frame address of the wrapper.  The mark is there only where the
 * program counter is between `begin` and the store that takes it back, so whoever interrupts the thread can end its call.  No fence: who
 * claims a thread makes all processors pass one.
 *
 * They stand in each wrapper: a function of their own costs a return that no processor foresees behind the kernel, 7 ns of a read.  A
 * table in the section upstare_calls (ups_call_text in blocking_call.h) says where they are. */
#ifndef UPS_SYSTEM_CALL_H
#define UPS_SYSTEM_CALL_H

/* Operands: rax, cut, thread, frame; `begin` is a label.  The cold part is behind the function; -513 is -UPS_INTERRUPTED, 1 UPS_CUT, 2 UPS_CLAIMED;
 * 32 and 40 are the places of away_frame and claimed in struct ups_thread (thread.h looks whether they are). */
#define UPS_CALL_TEXT(begin)                                                                                 \
  "81:\ttest %[thread],%[thread]\n\t"                                                                        \
  "jz 82f\n\t"                                                                                               \
  "mov %[frame],32(%[thread])\n"                                                                             \
  "82:\tsyscall\n"                                                                                           \
  "83:\txor %k[cut],%k[cut]\n"                                                                               \
  "84:\txor %k[cut],%k[cut]\n"                                                                               \
  "85:\ttest %[thread],%[thread]\n\t"                                                                        \
  "jz 86f\n\t"                                                                                               \
  "movq $0,32(%[thread])\n\t"                                                                                \
  "cmpl $0,40(%[thread])\n\t"                                                                                \
  "jne 89f\n"                                                                                                \
  "86:\n\t"                                                                                                  \
  ".subsection 1\n"                                                                                          \
  "87:\tmov $-513,%%rax\n\t"                                                                                 \
  "xor %k[cut],%k[cut]\n\t"                                                                                  \
  "jmp 85b\n"                                                                                                \
  "88:\tmov $1,%k[cut]\n\t"                                                                                  \
  "jmp 85b\n"                                                                                                \
  "89:\tor $2,%k[cut]\n\t"                                                                                   \
  "jmp 86b\n\t"                                                                                              \
  ".previous\n\t"                                                                                            \
  ".pushsection upstare_calls,\"aR\",@progbits\n\t"                                                          \
  ".long " begin "-.,81b-.,82b-.,83b-.,84b-.,87b-.,88b-.\n\t"                                               \
  ".popsection"

/* A system call with up to three arguments, and with up to six; `frame` is the frame address of the function that this is inlined into.
 * Returns a struct ups_outcome. */
static inline __attribute__((always_inline)) struct ups_outcome ups_system_call3(long number, long a, long b, long c, uintptr_t frame) {
  struct ups_outcome r;
  __asm__ volatile(UPS_CALL_TEXT("81b")
                   : "=a"(r.value), [cut] "=&r"(r.cut)
                   : "0"(number), "D"(a), "S"(b), "d"(c), [thread] "r"(ups_self()), [frame] "r"(frame)
                   : "rcx", "r11", "memory", "cc");
  return r;
}

static inline __attribute__((always_inline)) struct ups_outcome ups_system_call6(long number, long a, long b, long c, long d, long e, long f,
                                                                                  uintptr_t frame) {
  struct ups_outcome r;
  register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
  __asm__ volatile(UPS_CALL_TEXT("81b")
                   : "=a"(r.value), [cut] "=&r"(r.cut)
                   : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9), [thread] "r"(ups_self()), [frame] "r"(frame)
                   : "rcx", "r11", "memory", "cc");
  return r;
}

/* The same with six arguments, behind the number at `all`, and a signal mask (8 bytes), which is set first.  No signal can come unnoticed
 * between the two: `begin` is behind the first system call, which keeps r8. */
static inline __attribute__((always_inline)) struct ups_outcome ups_system_call_unblock(const long all[7], const uint64_t *mask, uintptr_t frame) {
  struct ups_outcome r;
  register const long *r8 __asm__("r8") = all;
  __asm__ volatile("mov $14,%%eax\n\t" /* rt_sigprocmask (SIG_SETMASK, mask, 0, 8) */
                   "mov $2,%%edi\n\t"
                   "xor %%edx,%%edx\n\t"
                   "mov $8,%%r10d\n\t"
                   "syscall\n"
                   "80:\tmov (%%r8),%%rax\n\t"
                   "mov 8(%%r8),%%rdi\n\t"
                   "mov 16(%%r8),%%rsi\n\t"
                   "mov 24(%%r8),%%rdx\n\t"
                   "mov 32(%%r8),%%r10\n\t"
                   "mov 48(%%r8),%%r9\n\t"
                   "mov 40(%%r8),%%r8\n" UPS_CALL_TEXT("80b")
                   : "=&a"(r.value), [cut] "=&r"(r.cut), "+r"(r8), "+S"(mask)
                   : [thread] "r"(ups_self()), [frame] "r"(frame)
                   : "rdi", "rdx", "r9", "r10", "rcx", "r11", "memory", "cc");
  return r;
}
#endif
