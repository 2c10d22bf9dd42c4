/* away.h - functions of libc's in which a thread can be for long, where nobody can interrupt it: fsync, getaddrinfo, a barrier.
 *
 * Such a thread runs no code of the program's, so an update need not wait for it (rule B5).  Its wrapper (base.S) says that it
 * is away.  Who decides claims it: walks its stack, which lies still above the wrapper, and prepares its new frames.  The
 * program changes its version without it.  When libc's function returns, the wrapper finds that it was claimed: the
 * thread unrolls, alone, through sites that have stayed armed for it, and is restored in the new version with the result.
 *
 *   here -> away -> here                       nothing happened
 *           away -> claimed -> away            the update was rolled back, or the version is the same
 *           away -> claimed -> joins -> here   the thread follows
 *
 * The conditions, besides: no data are converted, no thread is ever cancelled, nothing overwrites the code that the thread runs
 * until its first site.  A handler of the program's that interrupts the thread is code of the program's: while it
 * runs the thread is not away, and when it is claimed the signal waits. */
#ifndef UPS_AWAY_H
#define UPS_AWAY_H
#include "state.h"

/* THE list, as in blocking.h: a call of NAME becomes one of __upstare_NAME. */
#define UPS_AWAY_FILES(X) X(fsync) X(fdatasync) X(syncfs) X(sync) X(msync) X(fallocate) X(fallocate64) X(posix_fallocate) X(posix_fallocate64) X(tcdrain)
#define UPS_AWAY_NAMES(X) X(getaddrinfo) X(getnameinfo) X(gethostbyname) X(gethostbyname2) X(gethostbyaddr)
#define UPS_AWAY_OTHERS(X) X(pthread_barrier_wait) X(system) X(pclose)
#define UPS_AWAY_CALLS(X) UPS_AWAY_FILES(X) UPS_AWAY_NAMES(X) UPS_AWAY_OTHERS(X)
#define UPS_AWAY_DECLARE(name) extern char __upstare_##name[] __attribute__((visibility("hidden")));
#define UPS_AWAY_MAY_LACK(name) extern char __upstare_##name[] __attribute__((visibility("hidden"), weak));
UPS_AWAY_FILES(UPS_AWAY_DECLARE)
UPS_AWAY_NAMES(UPS_AWAY_MAY_LACK)
UPS_AWAY_OTHERS(UPS_AWAY_DECLARE)
/* Their wrappers.  Names are an object of their own: ld warns of a static program that has them in it, so there only
 * what the program uses is linked. */
#define UPS_AWAY_WRAPPER(name)                                                                               \
  __asm__(".text\n\t.globl __upstare_" #name "\n\t.hidden __upstare_" #name "\n\t.type __upstare_" #name ",@function\n" \
          "__upstare_" #name ":\n\tendbr64\n\tmov " #name "@GOTPCREL(%rip), %r11\n\tjmp upstare_away_call\n\t.size __upstare_" #name \
          ",.-__upstare_" #name "\n");

/* Can the thread be claimed, as far as can be seen without trying? */
static inline bool ups_away(const struct ups_thread *thread) { return thread->away == UPS_AWAY; }
/* With the lock, all others having stopped: claims every thread that is away.  False: one has come back, or cannot follow (its
 * reason is noted); nothing is claimed then. */
bool ups_away_claim(void);
/* The update is rolled back: nothing is claimed any more. */
void ups_away_cancel(void);
/* Just before the commit: the sites through which the claimed threads will unroll stay armed. */
void ups_away_keep_sites(void);
/* After the commit: who is in the same version as before need not follow. */
void ups_away_end_update(void);
/* In the trap handler: the thread that joins begins to unroll, */
void ups_away_leave(struct ups_thread *thread, struct ups_machine *machine);
/* and is restored. */
void ups_away_joined(struct ups_thread *thread);
/* It has not unrolled as its stack said: ends the program. */
__attribute__((noreturn)) void ups_away_lost(void);
/* A handler of the program's is about to run.  True: not now, the signal waits.  *was_away: it was away, until then. */
bool ups_away_signal(int signal, const siginfo_t *info, ucontext_t *context, uintptr_t *was_away);
#endif
