/* thread.h - what the runtime remembers of one thread of the program: its base, its stop, and the frames that are taken
 * apart and rebuilt.  It lives in a mapping of its own, with the side stack on which the thread works while its own
 * stack is not whole.
 *
 * The threads are a list that only grows: whoever walks it needs no lock, and a place whose thread is gone is used again.
 *
 * ups_self() is one load of an initial-exec thread-local variable, so signal handlers may use it.  A vfork child, or one
 * of a raw clone, shares the variable with its parent: who can be such a child compares `tid` first (rule S4). */
#ifndef UPS_THREAD_H
#define UPS_THREAD_H
#include "../include/upstare_abi.h"
#include "errors.h"
#include "sys.h"
#include <signal.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <ucontext.h>

/* The interrupted thread, as a signal handler sees it. */
struct ups_machine {
  greg_t *registers; /* uc_mcontext.gregs */
  ucontext_t *context;
};

/* A logical frame of the stopped stack, innermost first. */
struct ups_frame {
  uint32_t first; /* first site of its chain */
  uint32_t point; /* of the old version */
  uintptr_t low;  /* stack pointer at the site */
  uintptr_t end;  /* canonical frame address of the machine frame it is in */
  uintptr_t keep; /* lowest byte of it that is kept whole; 0: only what operands name */
  uint32_t parts, part_count; /* what new frames take from it */
};

/* A frame of the new version, innermost first. */
struct ups_new_frame {
  uint32_t point;             /* of the new version */
  uint32_t first, count;      /* the old frames that it is made of */
  struct upstare_frame *out;  /* for its clone */
};

/* What a new frame takes from an old one. */
struct ups_part {
  uint32_t frame, to; /* the old one, the new one */
  const struct upstare_move *moves;
  uint32_t move_count;
  uint8_t *old; /* old values that are converted or computed with */
};
#define UPS_FRAME_MAX (1u << 18)

/* A frame whose old memory was kept whole: where it was rebuilt, and down to where the old bytes matter. */
struct ups_kept {
  uintptr_t at, low;
};

/* A blocking call that a handler of the program's has interrupted: what lies inside of it on the stack is the handler's. */
struct ups_interruption {
  uint32_t frame, new_frame; /* the innermost frame outside, of the old and of the new version */
  uint64_t mask;             /* what is blocked when the handler has returned */
  long outcome;              /* the kernel's result of the call; -UPS_INTERRUPTED: it begins, or begins again */
  uintptr_t low;             /* what the kernel has told the handler lies from here up */
};
#define UPS_INTERRUPTION_MAX 8

/* Why a thread went on instead of stopping. */
struct ups_reason {
  enum ups_error error;
  uint32_t count;
  const char *function, *file, *detail;
  uint32_t line;
  uintptr_t address;
};
#define UPS_REASON_MAX 8
#define UPS_DETAIL_MAX 256

/* Why data could not be converted: no thread's reason, and with a text of its own, because the next attempt writes another one where
 * the transformers have theirs. */
struct ups_refusal {
  enum ups_error error;
  uint32_t count;
  char detail[UPS_DETAIL_MAX];
};

/* Where a thread is.  Changed under the lock, but for BORN -> FREE (pthread_create failed) and RUNS -> ENDS. */
enum ups_thread_state {
  UPS_THREAD_FREE,   /* the place is nobody's */
  UPS_THREAD_BORN,   /* its creator has taken the place; the thread has not come to its base */
  UPS_THREAD_WAITS,  /* born while others park: it waits in its base, no program code has run */
  UPS_THREAD_RUNS,
  UPS_THREAD_PARKED, /* in the trap handler, its stack whole and understood */
  UPS_THREAD_LEAVES, /* from the decision until it goes on: it unrolls and restores, or puts everything back */
  UPS_THREAD_JOINS,  /* the same for one that was away, after the others, whom it does not concern */
  UPS_THREAD_ENDS    /* it has left its base; destructors of thread-specific data may still run (rule T1) */
};

/* All signals but traps (a trap while SIGTRAP is blocked kills the process) and glibc's 33, without which another thread's
 * setuid would hang (rule S2).  32, its cancellation, is among them. */
#define UPS_ALL_SIGNALS (~(1ull << (SIGTRAP - 1) | 1ull << 32))

struct ups_call;
struct ups_image;

struct ups_thread {
  /* Read and written by arch/x86_64/base.S: keep the order. */
  uintptr_t side_stack; /* its top */
  uint64_t unrolled;    /* what the base called returned because it was unrolled */
  uintptr_t base_sp;    /* stack pointer at the base's call */
  uintptr_t base_top;   /* end of the stack that is saved */
  _Atomic uintptr_t away_frame; /* it is away (away.h): the frame address of its wrapper, and UPS_AWAY_FOR_LONG; 0: it is not */
  _Atomic uint32_t claimed;     /* enum ups_away_claim */

  struct ups_thread *next;
  _Atomic uint32_t state; /* enum ups_thread_state */
  _Atomic int tid;
  uintptr_t pointer;      /* the thread pointer: thread-local variables count from it */
  size_t stack_size;      /* of a thread that was created; main's is a resource limit */
  void *start, *argument; /* what pthread_create was given */
  void *_Atomic waits_for; /* the mutex that it needs before its wait for a condition variable can end */
  uint32_t no_update;     /* depth of no-update regions */
  uint8_t blocked;        /* which of our signals the program believes to have blocked: bit 0 SIGTRAP, bit 1 update */

  /* The update under way. */
  _Atomic bool nudged;    /* a signal was sent and has not arrived */
  _Atomic bool trap_blocked; /* SIGTRAP is blocked: a trap would kill the process */
  _Atomic bool refused;   /* its parked call cannot be unrolled where it is; cleared when something changes */
  bool ready;             /* it stopped in the last attempt */
  _Atomic bool asleep;    /* it waits in such a call: waking it changes nothing */
  enum ups_error failure; /* its unrolling failed */
  struct ups_reason reasons[UPS_REASON_MAX];
  uint32_t reason_count;

  /* The stop: copies. */
  uint8_t *stack_copy;
  size_t stack_copy_size;
  uintptr_t stack_low; /* address of its first byte */
  size_t stack_length;
  greg_t registers[NGREG];
  uint8_t *vector_state;
  size_t vector_size;
  uint64_t mask;
  int saved_errno;

  /* The frames of the walk. */
  struct ups_frame *frames; /* room for frame_room of them */
  size_t frame_room;
  uint32_t frame_count;
  struct ups_kept *kept; /* of the last restoring */
  size_t kept_room;
  uint32_t kept_count;
  uintptr_t lowest; /* lowest byte that survives */
  uint8_t *values[2]; /* memory of the new frames, of this update and the one before */
  size_t values_size[2];
  uint32_t values_now;
  uint32_t cursor_frame, cursor_site, cursor_operand; /* the trap that is expected next */
  struct ups_new_frame *news; /* room for new_room bytes of them; so for the parts */
  size_t new_room;
  uint32_t new_count;
  struct ups_part *parts;
  size_t part_room;
  uint32_t part_count;
  uint32_t left; /* new frames not yet rebuilt */
  struct ups_call *parked; /* interrupted blocking call, on the stack while unrolling */
  struct ups_call *kept_call; /* its copy, in a mapping; behind it those of the interrupted ones */

  _Atomic bool joins;       /* the program has changed its version while it was away: it follows when it comes back */
  bool must_stop;           /* it is away, and cannot follow: it has to stop like all others */
  bool away_deferred;       /* signals of the program's wait until then, */
  uint64_t away_mask;       /* and this is what is blocked otherwise; */
  int away_timer;           /* a timer calls it until it comes, */
  bool away_is_timed;       /* if it runs */
  const struct ups_image *image_left; /* the code that its frames are of */

  struct ups_interruption interruptions[UPS_INTERRUPTION_MAX]; /* innermost first */
  uint32_t interruption_count, interruption_now; /* so many have unrolled; are not yet rebuilt */
};
_Static_assert(offsetof(struct ups_thread, side_stack) == 0, "base.S");
_Static_assert(offsetof(struct ups_thread, unrolled) == 8, "base.S");
_Static_assert(offsetof(struct ups_thread, base_sp) == 16, "base.S");
_Static_assert(offsetof(struct ups_thread, base_top) == 24, "base.S");
_Static_assert(offsetof(struct ups_thread, away_frame) == 32, "system_call.h");
_Static_assert(offsetof(struct ups_thread, claimed) == 40, "system_call.h");

extern __thread struct ups_thread *ups_this_thread __attribute__((visibility("hidden")));

/* The calling thread's, or 0: a thread that the program did not create, or one that ends. */
static inline struct ups_thread *ups_self(void) { return ups_this_thread; }

#define UPS_SIDE_STACK ((size_t)128 << 10)

/* The base activation: calls function(a, b, c) on the calling thread (base.S). */
long ups_base(long (*function)(long, long, long), long a, long b, long c) __attribute__((visibility("hidden")));
/* A new place, of so many bytes: struct ups_thread is first in them.  0: no memory. */
struct ups_thread *ups_thread_make(size_t size);
/* Takes a place for a thread: an old one, or a new one.  0: no memory. */
struct ups_thread *ups_thread_claim(void);
/* First thing in a thread: the place is its own.  Last thing, however the thread ends: it has left its base. */
void ups_thread_begin(struct ups_thread *thread);
void ups_thread_end(void *thread);
/* Has a thread that left its base gone altogether? */
bool ups_thread_gone(const struct ups_thread *thread);
/* Reads /proc/self/task/TID/NAME.  Returns how many bytes it put into the buffer; 0: it cannot be read. */
long ups_thread_file(int tid, const char *name, char *buffer, size_t size);
/* Number of threads of the process, also those the program did not create; 0: not known. */
unsigned ups_thread_count(void);
/* In a forked child: only the calling thread is there. */
void ups_thread_forked(void);
/* Makes room for `count` frames, and for as many that are kept; what is there stays.  False: no memory, or too many. */
bool ups_thread_room(struct ups_thread *thread, size_t count);

/* The lock of everything that threads share: the phase, the sites, the tables.  Whoever takes it has all signals
 * blocked (handlers have; others call ups_signals_block first), so no handler waits for its own thread. */
void ups_lock(void);
void ups_unlock(void);
/* Blocks all signals but traps for a moment; returns the mask to give back. */
uint64_t ups_signals_block(void);
void ups_signals_restore(uint64_t mask);
/* Sleeps until *word is not `value` any more, or (nanoseconds >= 0) so long; wakes all who sleep. */
void ups_sleep_while(const _Atomic uint32_t *word, uint32_t value, int64_t nanoseconds);
void ups_wake_all(_Atomic uint32_t *word);
#endif
