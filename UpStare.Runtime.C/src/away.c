/* away.c - see away.h. */
#include "away.h"
#include "blocking_call.h"
#include "blocking_wait.h"
#include "commit.h"
#include "frames.h"
#include "patch.h"
#include "redirect.h"
#include "report.h"
#include "sites.h"
#include "stop.h"
#include "trap.h"
#include "update_steps.h"
#include <errno.h>
#include <linux/membarrier.h>

int upstare_park(void) __attribute__((visibility("hidden")));
void ups_away_begin(uintptr_t frame) __attribute__((visibility("hidden"), used));
void ups_away_end(uintptr_t frame, const struct ups_away_result *result) __attribute__((visibility("hidden"), used));
void ups_away_resume(struct ups_away_result *result) __attribute__((visibility("hidden"), used));

/* More than the wrapper and what it calls take of the stack, and than any vector state. */
#define WRAPPER_ROOM 4096
#define VECTOR_ROOM 16384
/* A jump that is written before a site, nearer than this, may lie where the thread comes back. */
#define STRAIGHT 64

/* base.S: the thread leaves for a function of a library's. */
UPS_HOT void ups_away_begin(uintptr_t frame) {
  struct ups_thread *self = ups_self();
  if (!self)
    return;
  self->away_frame = frame | UPS_AWAY_FOR_LONG;
}

/* The call has ended: what it has returned is its arguments. */
static struct ups_outcome result_again(struct ups_call *c) { return (struct ups_outcome){c->arg[4], 0}; }
static bool settle_result(struct ups_call *c, struct ups_outcome r, long *result) {
  (void)c;
  *result = r.value;
  return true;
}
_Static_assert(sizeof(struct ups_away_result) == sizeof((struct ups_call *)0)->arg && offsetof(struct ups_away_result, rax) == 4 * sizeof(long), "result_again");

/* Follows into the new version: unrolls from here. */
static void join(struct ups_thread *self, uintptr_t frame, const struct ups_away_result *result, uint64_t mask) {
  *self->kept_call = (struct ups_call){.deadline = -1, .start = -1, .frame = frame, .kept_mask = mask, .endures = true,
                                       .no_cancel = true, .again = result_again, .settle = settle_result, .end = ups_call_end_as_is};
  ups_copy(self->kept_call->arg, result, sizeof *result);
  self->parked = self->kept_call;
  upstare_park();
}

bool ups_away_has_result(const struct ups_thread *thread) { return thread->kept_call->again == result_again; }

/* base.S: goes on with a call that had ended.  Its result is copied before a signal can come, and with it another call. */
void ups_away_resume(struct ups_away_result *result) {
  ups_copy(result, ups_self()->kept_call->arg, sizeof *result);
  ups_blocking_resume();
}

/* Those who wait in their wrappers: on a word of their own, for they would be in the way of the few who move. */
void ups_away_wake(void) {
  ups_state->returns++;
  ups_wake_all(&ups_state->returns);
}

/* Is it held, as long as threads are gathered? */
static bool is_held(const struct ups_thread *self) {
  return self->claimed == UPS_AWAY_HELD && ups_state->phase == UPS_PARKING && ups_state->calls_stay && !self->must_stop;
}

/* Does a thread that has come back stay?  While all others move it does; the last to come decides. */
static bool stays(struct ups_thread *self, uintptr_t frame) {
  if (frame && is_held(self)) {
    self->away_frame = frame;
    ups_update_try_decide();
  }
  return ups_state->phase >= UPS_UNROLLING ? self->claimed != UPS_AWAY_FREE : frame && is_held(self);
}

/* Has the update let it go while it slept?  Then it comes back as if it had never been held. */
static bool is_let_go(struct ups_thread *self) {
  if (self->claimed != UPS_AWAY_FREE)
    return false;
  self->away_frame = 0; /* a fence, too */
  return self->claimed == UPS_AWAY_FREE;
}

/* Sleeps while it is to stay, and takes the lock.  False, and no lock: it was let go.  All who are let go are waked at once; would each take the lock,
 * the next request, or whoever wanted it then, came last of many, with a wait for a processor between any two. */
static bool wait_held(struct ups_thread *self, uintptr_t frame, bool trap_blocked) {
  for (;;) {
    ups_lock();
    ups_update_trap_is_blocked(self, trap_blocked);
    if (!stays(self, frame))
      return true;
    uint32_t returns = ups_state->returns;
    ups_unlock();
    ups_sleep_while(&ups_state->returns, returns, -1);
    if (is_let_go(self))
      return false;
  }
}

/* The thread has come back and was held or claimed.  It runs on, perhaps into a trap: not if it blocks them.  Or a child of it that shares its
 * memory, or has a copy of it, has come back: that is not meant, and nobody would wake it. */
bool ups_away_ends(struct ups_thread *self, uintptr_t frame, bool can_be_held, uint64_t *mask) {
  if (!ups_is_participant())
    return false;
  uint64_t own_mask = self->away_deferred ? self->away_mask : *mask;
  if (!wait_held(self, can_be_held ? frame : 0, own_mask >> (SIGTRAP - 1) & 1))
    return false;
  self->away_frame = 0;
  bool is_claimed_here = !self->joins || self->kept_call->frame == (frame & ~(uintptr_t)UPS_AWAY_FOR_LONG);
  if (is_claimed_here) {
    if (self->away_deferred)
      *mask = self->away_mask;
    if (self->away_is_timed)
      ups_sys(SYS_timer_delete, self->away_timer);
    self->away_deferred = self->away_is_timed = false;
    self->claimed = UPS_AWAY_FREE;
  }
  ups_unlock();
  return self->joins && is_claimed_here;
}

/* base.S: it has come back. */
UPS_HOT void ups_away_end(uintptr_t frame, const struct ups_away_result *result) {
  struct ups_thread *self = ups_self();
  if (!self)
    return;
  if (self->away_frame == (frame | UPS_AWAY_FOR_LONG))
    self->away_frame = 0; /* a fence, too */
  if (!self->claimed)
    return;
  int error = errno;
  uint64_t mask = ups_signals_block();
  bool joins = ups_away_ends(self, frame | UPS_AWAY_FOR_LONG, true, &mask);
  errno = error;
  if (joins)
    join(self, frame, result, mask);
  else
    ups_signals_restore(mask);
}

/* What a frame runs of the old version before it is unrolled: from where the thread comes back into it to its site. */
struct way_back {
  uintptr_t back; /* the call has left it below the stack pointer of the site */
  uintptr_t site;
  const char *function;
  bool is_innermost; /* outer frames come back just before their site */
};

/* A label is named FUNCTION.LABEL. */
static bool is_label_of(const char *name, const char *function) {
  while (*function && *function == *name)
    function++, name++;
  return !*function && *name == '.';
}

/* Would the jump lie on the way? At a label of the function it may, wherever that is. */
static bool meets(const struct ups_patch *patch, uint32_t entity, const struct way_back *way) {
  const struct ups_place *place = &ups_old_places(patch)[entity];
  const struct upstare_entity *entities = ups_patch_table(patch->blob, patch->blob->old_entities);
  if (place->kind == UPSTARE_ENTITY_LABEL)
    return is_label_of(ups_patch_string(patch->blob, entities[entity].name), way->function);
  if (place->kind != UPSTARE_ENTITY_FUNCTION)
    return false;
  uintptr_t end = ups_redirect_end(place->address);
  bool is_straight = way->site - way->back < STRAIGHT; /* else it comes back elsewhere, and jumps to before its site */
  return (way->is_innermost && place->address <= way->site && (is_straight ? way->back < end : way->site - place->address < STRAIGHT)) ||
         (place->address <= way->back && way->back < end);
}

/* Would code be overwritten that the frame still runs? Perhaps, if it comes back to what is not the image. */
static bool meets_redirect(const struct ups_patch *patch, const struct ups_frame *frame, bool is_innermost) {
  const struct ups_image *image = ups_state->image;
  const struct upstare_site *site = &image->sites[frame->first];
  const struct upstare_redirect *r = ups_patch_table(patch->blob, patch->blob->redirects);
  struct way_back way = {*(const uintptr_t *)(frame->low - 8), image->base + site->address, image->strings + image->points[site->cp].function, is_innermost};
  bool is_met = way.back - image->base >= image->size;
  for (uint32_t i = 0; i < patch->blob->redirects.count && !is_met; i++)
    is_met = meets(patch, r[i].entity, &way);
  return is_met;
}

/* Can it follow later, by itself? */
static enum ups_error can_follow(const struct ups_thread *t) {
  const struct ups_patch *patch = ups_state->patch;
  if (ups_converts_data(patch->blob))
    return UPS_AWAY_DATA;
  for (uint32_t i = 0; i < t->part_count; i++)
    for (uint32_t k = 0; k < t->parts[i].move_count; k++)
      if (t->parts[i].moves[k].kind > UPSTARE_MOVE_CONSTANT)
        return UPS_AWAY_DATA;
  for (uint32_t i = 0; i < t->frame_count; i++)
    if (meets_redirect(patch, &t->frames[i], i == 0))
      return UPS_AWAY_ENTRY;
  return UPS_NONE;
}

/* Does a vfork child run in the thread's stead (rule S4)?  Then the kernel has the thread in a call that makes processes.  Where
 * that cannot be read, perhaps. */
static bool lends_its_memory(const struct ups_thread *t) {
  char buffer[16];
  long n = ups_thread_file(t->tid, "syscall", buffer, sizeof buffer), number = 0;
  for (long i = 0; i < n && buffer[i] >= '0' && buffer[i] <= '9'; i++)
    number = number * 10 + (buffer[i] - '0');
  return !n || number == SYS_vfork || number == SYS_clone || number == SYS_clone3;
}

/* Walks a claimed thread's stack and prepares its frames, as it does itself where it stops. */
static enum ups_error prepare(struct ups_thread *t, uintptr_t frame, struct ups_reason *reason) {
  greg_t registers[NGREG] = {[REG_RSP] = (greg_t)frame, [REG_RBP] = (greg_t)frame};
  struct ups_machine machine = {registers, 0};
  if (t->no_update)
    return reason->error = UPS_NO_UPDATE_REGION;
  if (ups_call_cancelled_once || lends_its_memory(t))
    return reason->error = UPS_AWAY_UNSURE;
  t->kept_call->frame = frame;
  t->parked = t->kept_call;
  enum ups_error error = ups_walk(t, ups_state->image, UPSTARE_NONE, &machine, reason);
  if (error || ups_state->purpose == UPS_FOR_TORTURE)
    return error;
  if ((error = ups_prepare(t, ups_state->image, ups_state->patch->blob, &machine, reason)))
    return error;
  if (!ups_memory_grow(&t->stack_copy, &t->stack_copy_size, t->base_top - frame + WRAPPER_ROOM) ||
      !ups_memory_grow(&t->vector_state, &t->vector_size, VECTOR_ROOM))
    return reason->error = UPS_NO_MEMORY;
  return reason->error = can_follow(t);
}

/* Every processor that runs a thread of ours passes a fence.  False: the kernel knows no such thing. */
static bool fence_everywhere(void) { return ups_sys(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0; }

/* The kernel wants to know it before: while there is one thread it takes no time, and the program has not forbidden itself anything. */
void ups_away_watch(void) { ups_sys(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0); }

/* It has to stop like all others, even if it is held.  Who has stopped may have the mutex without which its wait cannot end. */
static void make_stop(struct ups_thread *t) {
  t->must_stop = true;
  ups_update_call(t);
  ups_away_wake();
  if (t->waits_for)
    ups_update_release();
}

/* One that was claimed, if it is away still: can it follow?  Looks where it is only once, for it may be just coming back: then it has
 * seen the claim, and waits for the lock. */
static bool confirm(struct ups_thread *t) {
  struct ups_reason reason = {0};
  uintptr_t frame = t->away_frame;
  if (!frame)
    return false;
  if (ups_state->patch && ups_state->patch->committed)
    return true; /* it stays where it is */
  enum ups_error error = prepare(t, frame & ~(uintptr_t)UPS_AWAY_FOR_LONG, &reason);
  t->parked = 0;
  t->image_left = ups_state->image;
  t->joins = !error;
  if (error && frame & UPS_AWAY_FOR_LONG)
    ups_report_note(t, &reason);
  else if (error)
    make_stop(t);
  return !error;
}

/* Claims those who run still.  Is one of them in a call that can be taken back, for which nobody has passed a fence? */
static bool claim(void) {
  bool some = false;
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (t->state == UPS_THREAD_RUNS) {
      t->claimed = UPS_AWAY_CLAIMED; /* a fence, too */
      some |= !(t->away_frame & UPS_AWAY_FOR_LONG);
    }
  return some;
}

/* Who runs is held when it is away and comes back. */
void ups_away_hold(void) {
  for (struct ups_thread *t = ups_state->threads; t && ups_state->many; t = t->next)
    if (t->state == UPS_THREAD_RUNS && !t->joins)
      t->claimed = UPS_AWAY_HELD;
}

/* Claims all. */
bool ups_away_claim(void) {
  bool all = true;
  if (claim() && !fence_everywhere()) {
    all = ups_state->calls_stay = false;
    ups_away_wake(); /* nobody is held any more */
  }
  for (struct ups_thread *t = ups_state->threads; t && all; t = t->next)
    all = t->state != UPS_THREAD_RUNS || confirm(t);
  if (!all)
    ups_away_cancel();
  return all;
}

/* The claim has come to nothing.  A thread for which signals wait must find one all the same: it is ups_away_ends that lets them in. */
static void let_go(struct ups_thread *t) { t->claimed = t->away_deferred ? UPS_AWAY_CLAIMED : UPS_AWAY_FREE; }

/* As if nothing had been. */
void ups_away_cancel(void) {
  for (struct ups_thread *t = ups_state->threads; t; t = t->next) {
    if (!t->claimed)
      continue;
    t->joins = false;
    if (ups_state->phase == UPS_PARKING && ups_state->calls_stay)
      t->claimed = UPS_AWAY_HELD;
    else
      let_go(t);
  }
}

/* Every site of every frame, also the partial ones before it. */
void ups_away_keep_sites(void) {
  struct ups_image *image = ups_state->image;
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    for (uint32_t i = 0; t->joins && i < t->frame_count; i++)
      for (uint32_t site = t->frames[i].first;; site = image->sites[site].outer) {
        ups_site_stays(image, site);
        if (!(image->sites[site].flags & UPSTARE_SITE_PARTIAL))
          break;
      }
}

/* Those who join have still to come. */
void ups_away_end_update(void) {
  for (struct ups_thread *t = ups_state->threads; t; t = t->next)
    if (!t->joins)
      let_go(t);
    else if (!(t->away_frame & UPS_AWAY_FOR_LONG))
      ups_update_call(t);
}

/* The park trap of one that joins. */
void ups_away_leave(struct ups_thread *thread, struct ups_machine *machine) {
  ups_lock();
  ups_snapshot(thread, machine);
  thread->cursor_frame = thread->cursor_operand = thread->interruption_now = 0;
  thread->cursor_site = thread->frames[0].first;
  thread->failure = UPS_NONE;
  thread->unrolled = 1;
  thread->state = UPS_THREAD_JOINS;
  ups_unlock();
}

/* It has followed. */
void ups_away_joined(struct ups_thread *thread) {
  ups_lock();
  thread->joins = false;
  thread->state = UPS_THREAD_RUNS;
  ups_unlock();
}

/* The last resort. */
void ups_away_lost(void) {
  char buffer[256];
  struct ups_text t;
  ups_text_start(&t, buffer, sizeof buffer);
  ups_text_add(&t, "upstare: a thread that came back after an update did not unroll as its stack said; the program cannot go on\n");
  ups_text_print(&t);
  ups_action_set(SIGABRT, &(struct ups_action){0}, 0);
  for (;;)
    ups_sys(SYS_tgkill, ups_state->pid, ups_sys(SYS_gettid), SIGABRT);
}

/* Faults do not wait: the program would fault again and again. */
static bool can_wait(int signal) { return signal != SIGSEGV && signal != SIGBUS && signal != SIGFPE && signal != SIGILL; }

/* Sends the signal to the thread again, which has all blocked.  The kernel has filled in the information only for a handler that
 * asked for it. */
static void send_again(const struct ups_thread *self, int signal, const siginfo_t *info) {
  ups_signal_handle_again(signal);
  if (ups_signal_flags(signal) & SA_SIGINFO)
    ups_sys(SYS_rt_tgsigqueueinfo, ups_state->pid, self->tid, signal, info);
  else
    ups_sys(SYS_tgkill, ups_state->pid, self->tid, signal);
}

/* The thread has said that it is not away, and finds that it was claimed, or is about to be: then it is away after all, or just coming
 * back (`frame` is 0), and signals wait: from now on, that is all of them until this handler returns.  Where one has interrupted the
 * other before either began, the outer one comes last, and its mask is the thread's own. */
static bool is_claimed(struct ups_thread *self, uintptr_t frame, const ucontext_t *context) {
  uint64_t mask = ups_signals_block();
  ups_lock();
  bool claimed = self->claimed == UPS_AWAY_CLAIMED;
  if (claimed) {
    self->away_frame = frame;
    self->away_deferred = true;
    ups_copy(&self->away_mask, &context->uc_sigmask, 8);
  }
  ups_unlock();
  if (!claimed)
    ups_signals_restore(mask);
  return claimed;
}

/* A function has called the program back that was said not to.  A thread that was claimed before that follows when the function returns;
 * what is called meanwhile, and waits meanwhile, runs as if there were no update. */
void ups_away_called_back(void) {
  if (ups_self()->away_frame & UPS_AWAY_FOR_LONG)
    ups_self()->away_frame = 0;
}

/* All signals wait, and the call is ended, if it can be.  A wait inside libc may have been about to begin, also where one has
 * just ended: it is ended by the next call of the thread, or the one after that. */
static void defer(struct ups_thread *self, uintptr_t frame, ucontext_t *context) {
  uint64_t all = UPS_ALL_SIGNALS, but_ours = all & ~(1ull << (ups_state->signal - 1));
  if (!(frame & UPS_AWAY_FOR_LONG))
    ups_blocking_end(&(struct ups_machine){context->uc_mcontext.gregs, context}, self->away_mask);
  bool waits = (!frame || frame == ups_wait.frame) && !ups_pause.active;
  if (waits && !self->away_is_timed)
    self->away_is_timed = ups_timer_make(self->tid, UPS_TICK, &self->away_timer);
  ups_copy(&context->uc_sigmask, waits ? &but_ours : &all, 8);
}

/* The program's code runs: the thread is not away, or it waits. */
UPS_HOT bool ups_away_signal(int signal, const siginfo_t *info, ucontext_t *context, uintptr_t *was_away) {
  struct ups_thread *self = ups_self();
  *was_away = 0;
  if (!self)
    return false;
  uintptr_t frame = self->away_frame;
  self->away_frame = 0; /* a fence, too */
  if (self->claimed != UPS_AWAY_CLAIMED || !can_wait(signal) || !is_claimed(self, frame, context)) {
    *was_away = frame;
    return false;
  }
  defer(self, frame, context);
  send_again(self, signal, info);
  return true;
}
