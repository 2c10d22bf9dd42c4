/* state.h - everything the runtime remembers of the process, in one structure that lives in a mapping of its own;
 * thread.h has what it remembers of a thread.
 *
 * What a program writes to while it runs, here and in the place of its first thread, is in one page: each process that it
 * forks copies a page when it first writes to it, which is what a server that forks for each client pays us for.
 *
 * Not in .data: the roll-back torture compares the program's .data with a copy, and a stray pointer of the
 * program is less likely to hit it.  ups_state is 0 where the mapping could not be had; then the program runs
 * as if it had no runtime. */
#ifndef UPS_STATE_H
#define UPS_STATE_H
#include "../include/upstare_abi.h"
#include "action.h"
#include "errors.h"
#include "sys.h"
#include "text.h"
#include "thread.h"
#include "update.h"
#include <signal.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <ucontext.h>

#define UPS_PATH_MAX 4096

/* Where an entity of the current version is. */
struct ups_place {
  uintptr_t address; /* TLS: offset from the thread pointer; absent: ~0 */
  uint32_t kind;     /* enum upstare_entity_kind */
};

#define UPS_SITE_INNER 1
#define UPS_SITE_STAYS 2

/* The code of one version in memory, with its tables. */
struct ups_image {
  uintptr_t base; /* what the addresses in the tables count from */
  uint32_t size;
  bool armed;
  uint32_t site_count, return_count, point_count, operand_count;
  const struct upstare_site *sites; /* 0: not known (an executable before its first patch) */
  const struct upstare_operand *operands;
  const struct upstare_return *returns;
  const struct upstare_point *points;
  const char *strings; /* of the points */
  uint8_t *inner;      /* a byte a site: UPS_SITE_INNER, it follows a partial site, so a stop cannot begin there;
                          UPS_SITE_STAYS, it is never disarmed again */
  size_t inner_size;
  uint8_t *flag;       /* poll flag of flag mode; 0: none */
  bool has_nops;       /* some site is in trap mode: arming writes text */
  bool has_flags;      /* some site is in flag mode */
  bool stays;          /* some site is never disarmed again */
};

/* A patch in memory. */
struct ups_patch {
  void *file; /* the copy that was read once */
  size_t file_size;
  const struct upstare_patch *blob;
  uintptr_t text, data;         /* where its segments run */
  uintptr_t tls;                /* its thread-local data, from the thread pointer */
  struct ups_place *registry;   /* of the version it makes */
  uint32_t registry_count;
  size_t registry_size;         /* of its mapping */
  struct ups_place *old_places; /* of the executable's entities, if it is what the patch applies to */
  size_t old_places_size;
  struct ups_image image;
  struct ups_jit_entry *jit;
  size_t text_mark, data_mark;  /* how full the arena was before it */
  bool committed, registered;   /* its version was entered; debuggers know it */
};

struct ups_history {
  int64_t when; /* seconds since 1970 */
  int64_t pause;
  uint32_t frames, threads;
};
#define UPS_HISTORY_MAX 16

struct ups_state {
  struct ups_thread main; /* first: behind its side stack, as all places are */

  /* Constant after start. */
  int pid, signal;
  unsigned uid;
  bool secure, verbose;
  bool perf_map; /* write /tmp/perf-PID.map for perf, and keep text where perf looks into that file */
  uint64_t root_device, root_inode;
  struct ups_thread *_Atomic threads; /* all places, main's last */
  _Atomic uint32_t lock;
  _Atomic bool many; /* a thread was created since the start */
  uint8_t *forked; /* one byte that is 1 here and 0 in a forked child (MADV_WIPEONFORK) */

  /* The version the program is in. */
  struct ups_image executable;
  struct ups_image *image;
  struct ups_patch *version; /* 0: the executable's own */
  const struct ups_place *registry;
  uint32_t registry_count; /* 0: the executable's, in the patch's old_entities */
  uint8_t id[UPSTARE_ID_MAX];
  uint32_t id_size;
  uint32_t updates;

  /* The update under way. */
  _Atomic enum ups_phase phase;
  enum ups_purpose purpose;
  struct ups_patch *patch;
  int64_t started, deadline, stopped;
  int timer;
  struct ups_thread *driver; /* whom the timer wakes */
  bool timer_runs, saved_trap;
  struct ups_action program_trap; /* the program's own SIGTRAP handler */
  void *_Atomic handlers[65]; /* of the program, which the kernel knows as upstare_deliver */
  struct sigaction believed; /* what the program believes to be the update signal's action */
  uint8_t hidden[65];        /* which of our signals it asked to be blocked in each handler, as ups_thread.blocked */
  uint64_t every, next, points, times; /* UPSTARE_APPLY_AT (times: how many updates in all; 0: no end), UPSTARE_ROLLBACK_EVERY */
  uint32_t refused_since_tick;
  int64_t arm_cost, rearm_at;
  _Atomic uint32_t turn;     /* counts decisions and what they lead to; those who wait for that sleep on it */
  _Atomic uint32_t returns;  /* counts what lets threads go that are held or claimed in their wrappers; those sleep on it */
  uint32_t expected;         /* threads that take part in the commit */
  _Atomic uint32_t arrived;  /* of those, that have come to the barrier */
  _Atomic uint32_t met;      /* counts barriers; those who have arrived sleep on it */
  uint32_t away;             /* and threads that do not, because they are away */
  uint32_t frames;           /* on the stacks of those who take part, and of those who follow */
  uint32_t foreign_threads;  /* that stood in the way when it was last looked */
  _Atomic uint32_t held;     /* that stand still (foreign.h) */
  struct ups_thread *_Atomic ticker; /* the parked thread that looks at the clocks */
  int64_t park_until;        /* the end of the parking budget */
  uint32_t released;         /* how often the budget has run out */
  _Atomic bool calls_stay;   /* who is in a blocking call need not be called: it follows by itself (away.h) */
  _Atomic enum ups_error failure; /* why the unrolling is being undone */
  struct ups_reason failure_reason; /* of the data transformers */
  uint32_t refusal_count;

  struct ups_torture *torture;

  /* Large, and read and written at updates only. */
  struct ups_refusal refusals[UPS_REASON_MAX]; /* those of all attempts */
  struct ups_history history[UPS_HISTORY_MAX];
  char directory[UPS_PATH_MAX]; /* UPSTARE_DIR; empty until the first request: the usual one */
};
_Static_assert(offsetof(struct ups_state, refusals) <= 4096, "what forked processes write to is one page");

extern struct ups_state *ups_state __attribute__((visibility("hidden")));

/* Anonymous zeroed memory, or 0. */
void *ups_memory(size_t size);
/* Gives it back. */
void ups_memory_free(void *memory, size_t size);
/* How large a file the program may write.  One that tries to write more gets SIGXFSZ, which ends it. */
uint64_t ups_file_limit(void);
/* Is that no less than this size? */
bool ups_may_write(size_t size);
/* A memory file, sealed against nothing yet, or -1.  It is executable, or never will be. */
int ups_memory_file(size_t size, bool is_executable);
/* Its size stays, and `writing`, F_SEAL_WRITE or F_SEAL_FUTURE_WRITE, is over. */
void ups_memory_file_seal(int file, int writing);
/* Makes the pages of a mapping writable, and this process's own once they are written to. */
bool ups_memory_make_writable(const void *memory, size_t size);
/* Makes *buffer at least `size` bytes (contents are not kept).  False: no memory. */
bool ups_memory_grow(uint8_t **buffer, size_t *have, size_t size);
#endif
