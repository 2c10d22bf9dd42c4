/* away.h - threads that are away: in a function of a library's where nobody can interrupt them (fsync, getaddrinfo, a barrier, what
 * the user names with -fupstare-away=: for long), or in a blocking call that can be taken back.
 *
 * Such a thread runs no code of the program's, so an update need not wait for it (rule B5), nor wake it: that would cost two changes of
 * context for each, and most threads of most programs are blocked.  Its wrapper (base.S) says that it is away.  Who decides
 * claims it: walks its stack, which lies still above the wrapper, and prepares its new frames.  The
 * program changes its version without it.  When the call returns, the wrapper finds that it was claimed: the
 * thread unrolls, alone, through sites that have stayed armed for it, and is restored in the new version with the result.
 * One whose call can be taken back is called as soon as the others are whole, so that it follows at once.
 *
 *   here -> away -> here                       nothing happened
 *           away -> claimed -> away            the update was rolled back, or the version is the same
 *           away -> claimed -> joins -> here   the thread follows
 *
 * The thread says that it is away, and is not any more, by a plain store: then it looks whether it was claimed.  Who claims it writes that
 * first, and then looks whether it is away still; between the two he makes every processor that runs one of our threads pass a
 * fence (membarrier).  So one of them sees what the other has written; and if both do, the lock decides.
 *
 * The conditions, besides: no data are converted, no thread is ever cancelled, nothing overwrites the code that the thread runs
 * until its first site.  Who cannot be claimed for one of these reasons has to stop like all others, if its call can be taken back.  A
 * handler of the program's that interrupts the thread is code of the program's: while it
 * runs the thread is not away, and when it is claimed the signal waits: until the thread has followed, which is at once where its call
 * can be taken back. */
#ifndef UPS_AWAY_H
#define UPS_AWAY_H
#include "state.h"

/* Bit of ups_thread.away_frame: nobody can interrupt the thread. */
#define UPS_AWAY_FOR_LONG 1

/* ups_thread.claimed. */
enum ups_away_claim {
  UPS_AWAY_FREE,
  UPS_AWAY_HELD,   /* threads are gathered: if it comes back it says whether it blocks traps, and stays in its wrapper, away as before, rather than
                      be stopped further on */
  UPS_AWAY_CLAIMED /* an update counts it as stopped: it does not come back before that is over */
};

/* THE list of those that need not be named, as in blocking.h: a call of NAME becomes one of __upstare_NAME.  Others are
 * called through stubs that their callers bring along (AwayStubs.cs). */
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
 * what the program uses is linked.  One of them has a seventh argument (getnameinfo). */
#define UPS_AWAY_WRAPPER(name)                                                                               \
  __asm__(".pushsection .text.hot,\"ax\",@progbits\n\t.globl __upstare_" #name "\n\t.hidden __upstare_" #name "\n\t.type __upstare_" #name ",@function\n" \
          "__upstare_" #name ":\n\tendbr64\n\tmov $1, %r10d\n\tmov " #name "@GOTPCREL(%rip), %r11\n\tjmp __upstare_away_call\n\t.size " \
          "__upstare_" #name ",.-__upstare_" #name "\n\t.popsection\n");

/* base.S: what all wrappers and stubs jump to. */
extern char __upstare_away_call[] __attribute__((visibility("hidden")));
/* The registers in which a function returns something. */
struct ups_away_result {
  long xmm0[2], xmm1[2], rax, rdx;
};
/* base.S: returns once more what the call has returned, and the stack has been rebuilt. */
void upstare_away_resume(void) __attribute__((visibility("hidden")));
/* Is the call that the thread goes on with one of those? */
bool ups_away_has_result(const struct ups_thread *thread);

/* Can the thread be claimed, as far as can be seen without trying? */
static inline bool ups_away(const struct ups_thread *thread) {
  uintptr_t frame = thread->away_frame;
  return frame && !thread->joins && (frame & UPS_AWAY_FOR_LONG || (ups_state->calls_stay && !thread->must_stop));
}
/* Is the thread to come back and follow, or because signals of the program's wait for it? */
static inline bool ups_away_is_called(const struct ups_thread *thread) { return thread->joins || thread->away_deferred; }
/* At start: threads that the program makes may be claimed. */
void ups_away_watch(void);
/* With the lock, all others having stopped: claims every thread that is away.  False: one has come back, or cannot follow (its
 * reason is noted); nothing is claimed then. */
bool ups_away_claim(void);
/* Those who wait in ups_away_ends look again. */
void ups_away_wake(void);
/* With the lock: sites are about to be armed, or threads are gathered: who is away looks about when it comes back. */
void ups_away_hold(void);
/* The update is rolled back: nothing is claimed any more. */
void ups_away_cancel(void);
/* Just before the commit: the sites through which the claimed threads will unroll stay armed. */
void ups_away_keep_sites(void);
/* After the commit: who is in the same version as before need not follow; the others are called. */
void ups_away_end_update(void);
/* The thread has come back from the call of a wrapper and finds that it was held or claimed; it has blocked all signals, `mask` is its own mask, and
 * `frame` its away_frame until now.  It cannot be held if others may wait for what it has of libc's.  Waits until the others are whole.  True: it has
 * to follow.  If it was claimed in another call, further out, it follows there. */
bool ups_away_ends(struct ups_thread *self, uintptr_t frame, bool can_be_held, uint64_t *mask);
/* In the trap handler: the thread that joins begins to unroll, */
void ups_away_leave(struct ups_thread *thread, struct ups_machine *machine);
/* and is restored. */
void ups_away_joined(struct ups_thread *thread);
/* It has not unrolled as its stack said: ends the program. */
__attribute__((noreturn)) void ups_away_lost(void);
/* The thread is at a site: so it is not away, whatever was said of the function that it has called. */
void ups_away_called_back(void);
/* A handler of the program's is about to run.  True: not now, the signal waits.  *was_away: it was away, until then. */
bool ups_away_signal(int signal, const siginfo_t *info, ucontext_t *context, uintptr_t *was_away);
#endif
