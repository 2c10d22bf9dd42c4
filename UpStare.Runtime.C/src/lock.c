/* lock.c - one lock, and sleeping on a word: futexes by raw system calls, so that signal handlers can use them. */
#include "state.h"
#include <linux/futex.h>

#define FREE 0u
#define TAKEN 1u
#define CONTENDED 2u /* taken, and perhaps somebody sleeps */

/* Takes the lock: spins a little, because it is held for microseconds, then sleeps. */
void ups_lock(void) {
  for (int spin = 0; spin < 1000; spin++) {
    uint32_t free = FREE;
    if (atomic_compare_exchange_weak(&ups_state->lock, &free, TAKEN))
      return;
    __builtin_ia32_pause();
  }
  while (atomic_exchange(&ups_state->lock, CONTENDED) != FREE)
    ups_sleep_while(&ups_state->lock, CONTENDED, -1);
}

/* Gives it back. */
void ups_unlock(void) {
  if (atomic_exchange(&ups_state->lock, FREE) == CONTENDED)
    ups_sys(SYS_futex, &ups_state->lock, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

/* Sleeps; may return early. */
void ups_sleep_while(const _Atomic uint32_t *word, uint32_t value, int64_t nanoseconds) {
  struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  ups_sys(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, nanoseconds < 0 ? 0 : &limit, 0, 0);
}

/* Wakes everybody. */
void ups_wake_all(_Atomic uint32_t *word) { ups_sys(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, 0, 0, 0); }

/* All but traps, and glibc's signal that makes all threads change their user. */
uint64_t ups_signals_block(void) {
  uint64_t all = UPS_ALL_SIGNALS, old;
  ups_sys(SYS_rt_sigprocmask, SIG_SETMASK, &all, &old, 8);
  return old;
}

/* The mask as it was. */
void ups_signals_restore(uint64_t mask) { ups_sys(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8); }
