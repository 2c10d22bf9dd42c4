/* update.c - the update protocol: every change of ups_state->phase is here.  update.h says what each phase means.
 *
 *   idle -> requested -> armed -> unrolling -> committing -> restoring -> idle
 *                          ^          |            |
 *                          `--- rolling back <-----'
 *
 * Runs in the update signal's handler and at the base on the side stack, in the trap handler on the program's
 * stack, and (ups_update_restored) as a plain function of the program.  Nowhere is malloc safe but in the last. */
#include "update.h"
#include "arena.h"
#include "blocking.h"
#include "commit.h"
#include "control.h"
#include "debugger.h"
#include "executable.h"
#include "frames.h"
#include "patch.h"
#include "sites.h"
#include "stop.h"
#include "symbols.h"
#include "torture.h"
#include "transform.h"
#include "trap.h"
#include <errno.h>

#define DEADLINE_MS 5000
#define TICK_NS 2000000
#define REFUSALS_A_TICK 64 /* more, and the sites rest for a while: the program must get on */

extern const char upstare_roll_back[] __attribute__((visibility("hidden")));

/* Forgets the tables of the executable that a dropped patch had brought. */
static void forget_executable_tables(void) {
  struct ups_image *e = &ups_state->executable;
  ups_memory_free(e->inner, e->inner_size);
  *e = (struct ups_image){.base = e->base, .size = e->size, .flag = e->flag};
}

/* The executable's tables, from the patch; they must fit its code. */
static enum ups_error take_executable_tables(const struct upstare_patch *p) {
  struct ups_image *e = &ups_state->executable;
  uintptr_t low, high, base = ups_executable_bias() + p->old_image.image_base;
  ups_executable_range(&low, &high);
  if (base < low || base > high || p->old_image.image_size > high - base)
    return UPS_BAD_TABLE;
  *e = (struct ups_image){
      .base = base,
      .size = (uint32_t)p->old_image.image_size,
      .flag = e->flag,
      .sites = ups_patch_table(p, p->old_image.sites),
      .site_count = p->old_image.sites.count,
      .operands = ups_patch_table(p, p->old_image.operands),
      .operand_count = p->old_image.operands.count,
      .returns = ups_patch_table(p, p->old_image.returns),
      .return_count = p->old_image.returns.count,
      .points = ups_patch_table(p, p->old_points),
      .point_count = p->old_points.count,
      .strings = ups_patch_table(p, p->strings),
  };
  for (uint32_t i = 0; i < e->site_count; i++) {
    const Elf64_Phdr *segment = ups_executable_segment(base + e->sites[i].address);
    if (!segment || !(segment->p_flags & PF_X))
      return UPS_WRONG_CODE;
  }
  if (!ups_sites_fit(e))
    return UPS_WRONG_CODE;
  return ups_sites_prepare(e) ? UPS_NONE : UPS_NO_MEMORY;
}

/* Is it the very patch that made the version the program is in (an identity patch, asked for again)? */
static bool is_current(const struct upstare_patch *p) {
  const struct ups_patch *v = ups_state->version;
  return v && v->blob->checksum == p->checksum && v->blob->size == p->size;
}

/* Brings the patch into memory.  On an error nothing of it is left. */
static enum ups_error load(const char *path, char *detail) {
  size_t text, data;
  struct ups_patch *patch = ups_memory(sizeof *patch);
  if (!patch)
    return UPS_NO_MEMORY;
  enum ups_error error = ups_control_read(path, patch, detail);
  if (!error && is_current(patch->blob)) {
    ups_patch_drop(patch);
    ups_state->patch = ups_state->version;
    return UPS_NONE;
  }
  ups_arena_mark(&text, &data);
  if (!error && ups_state->version && !ups_arena_alias(ups_state->image->base))
    error = UPS_FORKED;
  if (!error)
    error = ups_patch_load(patch, detail);
  if (!error && !ups_state->version)
    error = take_executable_tables(patch->blob);
  if (!error && ups_state->version && patch->blob->maps.count != ups_state->image->point_count)
    error = UPS_BAD_TABLE;
  if (error) {
    if (!ups_state->version)
      forget_executable_tables();
    ups_arena_release(text, data);
    ups_patch_drop(patch);
    return error;
  }
  ups_state->patch = patch;
  return UPS_NONE;
}

/* From requested to armed. */
static enum ups_error arm(void) {
  int64_t before = ups_now();
  ups_trap_unmask_handlers();
  ups_trap_install();
  if (!ups_sites_arm(ups_state->image, true))
    return UPS_TEXT_WRITE;
  ups_state->arm_cost = ups_now() - before;
  ups_state->refused_since_tick = 0;
  return UPS_NONE;
}

/* Adds a reason to a message. */
static void add_reason(struct ups_text *t, const struct ups_reason *r) {
  uintptr_t offset;
  const char *library;
  ups_text_number(t, r->count);
  ups_text_add(t, r->count == 1 ? " time: " : " times: ");
  if (r->function) {
    ups_text_add(t, r->file);
    ups_text_add(t, ":");
    ups_text_number(t, r->line);
    ups_text_add(t, ": in function '");
    ups_text_add(t, r->function);
    ups_text_add(t, "': ");
  }
  ups_text_add(t, ups_error_text(r->error));
  if (r->detail && *r->detail) {
    ups_text_add(t, ": ");
    ups_text_add(t, r->detail);
  }
  if (r->address) {
    ups_text_add(t, ": it returns to ");
    if ((library = ups_symbol_library(r->address, &offset))) {
      ups_text_add(t, library);
      ups_text_add(t, "+");
      ups_text_hex(t, offset);
    } else
      ups_text_hex(t, r->address);
  }
  ups_text_add(t, "\n");
}

/* Answers a request, or tells standard error about an update that the environment asked for. */
static void answer(enum ups_error error, const char *detail) {
  char buffer[4096];
  struct ups_text t;
  bool request = ups_state->purpose == UPS_FOR_REQUEST;
  ups_text_start(&t, buffer, sizeof buffer);
  if (request) {
    ups_text_add(&t, ups_error_word(error));
    ups_text_add(&t, "\n");
  } else if (error)
    ups_text_add(&t, "upstare: ");
  if (!error) {
    const struct ups_history *h = &ups_state->history[(ups_state->updates - 1) % UPS_HISTORY_MAX];
    if (!request && !ups_state->verbose)
      return;
    ups_text_add(&t, request ? "pause " : "upstare: updated: pause ");
    ups_text_number(&t, h->pause / 1000);
    ups_text_add(&t, " us, ");
    ups_text_number(&t, h->frames);
    ups_text_add(&t, h->frames == 1 ? " frame\n" : " frames\n");
  } else {
    ups_text_add(&t, ups_error_text(error));
    if (detail && *detail) {
      ups_text_add(&t, ": ");
      ups_text_add(&t, detail);
    }
    ups_text_add(&t, "\n");
    for (uint32_t i = 0; i < ups_state->reason_count && error == UPS_DEADLINE; i++)
      add_reason(&t, &ups_state->reasons[i]);
  }
  if (request)
    ups_control_reply(&t);
  if (!request || (ups_state->verbose && !error))
    ups_text_print(&t);
}

/* UPSTARE_APPLY_AT still waits for its point. */
void ups_update_at_exit(void) {
  if (ups_state->phase != UPS_ARMED)
    return;
  char buffer[4096];
  struct ups_text t;
  ups_text_start(&t, buffer, sizeof buffer);
  ups_text_add(&t, "upstare: ");
  ups_text_number(&t, ups_state->updates);
  ups_text_add(&t, " updates at ");
  ups_text_number(&t, ups_state->points);
  ups_text_add(&t, " points\n");
  for (uint32_t i = 0; i < ups_state->reason_count; i++)
    add_reason(&t, &ups_state->reasons[i]);
  ups_text_print(&t);
}

/* Back to idle: nothing of the update is left but, if it was committed, the new version. */
static void finish(enum ups_error error, const char *detail) {
  struct ups_patch *patch = ups_state->patch;
  ups_timer_stop();
  if (ups_state->image->armed)
    ups_sites_arm(ups_state->image, false);
  ups_trap_remove();
  answer(error, detail);
  if (patch && !patch->committed) {
    if (!ups_state->version)
      forget_executable_tables();
    ups_arena_release(patch->text_mark, patch->data_mark);
    ups_patch_drop(patch);
  }
  ups_state->patch = 0;
  ups_state->phase = UPS_IDLE;
}

/* Loads and arms. */
static enum ups_error begin(const char *path, enum ups_purpose purpose, char *detail) {
  size_t text, data;
  ups_state->purpose = purpose;
  ups_state->phase = UPS_REQUESTED;
  ups_state->patch = 0;
  ups_state->reason_count = 0;
  ups_state->failure = UPS_NONE;
  if (ups_thread_count() > 1)
    return UPS_THREADS;
  ups_arena_mark(&text, &data);
  enum ups_error error = load(path, detail);
  if (error)
    return error;
  if (!ups_state->patch->committed) {
    ups_state->patch->text_mark = text;
    ups_state->patch->data_mark = data;
  }
  return arm();
}

/* Remembers why it went on, and lets a program rest that runs into one refusal after the other. */
static void go_on(const struct ups_reason *reason) {
  uint32_t i = 0;
  while (i < ups_state->reason_count && (ups_state->reasons[i].error != reason->error || ups_state->reasons[i].function != reason->function ||
                                         ups_state->reasons[i].line != reason->line || ups_state->reasons[i].address != reason->address))
    i++;
  if (i == ups_state->reason_count && i < UPS_REASON_MAX) {
    ups_state->reasons[i] = *reason;
    ups_state->reasons[i].count = 0;
    ups_state->reason_count++;
  }
  if (i < UPS_REASON_MAX)
    ups_state->reasons[i].count++;
  if (ups_state->purpose == UPS_FOR_REQUEST && ++ups_state->refused_since_tick > REFUSALS_A_TICK) {
    ups_sites_arm(ups_state->image, false);
    ups_state->rearm_at = ups_now() + 10 * ups_state->arm_cost;
  }
}

/* A trap would kill a program that blocks SIGTRAP: its sites are left alone as long as it does. */
static void rest_while_blocked(void) {
  go_on(&(struct ups_reason){.error = UPS_TRAP_BLOCKED});
  if (ups_state->image->armed)
    ups_sites_arm(ups_state->image, false);
}

/* The update signal. */
void ups_update_request(int64_t value, bool trap_blocked) {
  char detail[256] = "";
  if (value == 1) {
    ups_control_status();
    return;
  }
  if (ups_state->phase != UPS_IDLE) {
    char buffer[256];
    struct ups_text t;
    ups_text_start(&t, buffer, sizeof buffer);
    ups_text_add(&t, ups_error_word(UPS_BUSY));
    ups_text_add(&t, "\n");
    ups_text_add(&t, ups_error_text(UPS_BUSY));
    ups_text_add(&t, "\n");
    ups_control_reply(&t);
    return;
  }
  ups_state->started = ups_now();
  ups_state->deadline = ups_state->started + (value > 1 ? value : DEADLINE_MS) * 1000000;
  enum ups_error error = begin(0, UPS_FOR_REQUEST, detail);
  if (!error && trap_blocked)
    rest_while_blocked();
  if (!error && !ups_timer_start(TICK_NS))
    error = UPS_TIMER;
  if (error)
    finish(error, detail);
  else
    ups_state->phase = UPS_ARMED;
}

/* UPSTARE_APPLY_AT, UPSTARE_ROLLBACK_EVERY. */
void ups_update_at_start(const char *path, enum ups_purpose purpose, uint64_t first, uint64_t every) {
  char detail[256] = "";
  ups_state->next = first;
  ups_state->every = every;
  enum ups_error error = begin(path, purpose, detail);
  if (error)
    finish(error, detail);
  else
    ups_state->phase = UPS_ARMED;
}

/* Every 2 ms while a request is armed. */
void ups_update_tick(bool trap_blocked) {
  int64_t now = ups_now();
  if (ups_state->phase != UPS_ARMED || ups_state->purpose != UPS_FOR_REQUEST)
    return;
  if (now > ups_state->deadline) {
    finish(UPS_DEADLINE, 0);
    return;
  }
  ups_state->refused_since_tick = 0;
  if (trap_blocked)
    rest_while_blocked();
  else if (!ups_state->image->armed && now >= ups_state->rearm_at)
    arm();
}

/* While the program waits where it cannot be updated, waking it changes nothing. */
void ups_update_asleep(bool asleep) {
  if (ups_state->phase == UPS_ARMED && ups_state->timer_runs)
    ups_timer_set(asleep ? 50 * TICK_NS : TICK_NS);
}

/* Is this one of the points that the environment chose? */
static bool chosen(uint32_t site) {
  if (site != UPSTARE_NONE)
    ups_state->points++;
  switch (ups_state->purpose) {
  case UPS_FOR_APPLY_AT: return site != UPSTARE_NONE && ups_state->points >= ups_state->next;
  case UPS_FOR_TORTURE: return site != UPSTARE_NONE && ups_state->points % ups_state->every == 0;
  default: return true;
  }
}

/* The walk, the mapping, the copies; anything but UPS_NONE leaves the program as it was. */
static enum ups_error stop(struct ups_thread *self, uint32_t site, struct ups_machine *machine, struct ups_reason *reason) {
  const struct ups_image *image = ups_state->image;
  if (self->no_update)
    return reason->error = UPS_NO_UPDATE_REGION;
  if (ups_thread_count() > 1) /* it has created one since sites were armed */
    return reason->error = UPS_THREADS;
  enum ups_error error = ups_walk(self, image, site, machine, reason);
  if (!error && ups_state->purpose != UPS_FOR_TORTURE)
    error = ups_prepare(self, image, ups_state->patch->blob, machine, reason);
  if (!error && (error = ups_snapshot(self, machine)))
    *reason = (struct ups_reason){.error = error};
  return error;
}

/* FILE:LINE in FUNCTION of the innermost frame that is stopped. */
void ups_update_add_place(struct ups_text *t) {
  const struct ups_image *image = ups_state->image;
  const struct upstare_point *point = &image->points[ups_self()->frames[0].point];
  ups_text_add(t, image->strings + point->file);
  ups_text_add(t, ":");
  ups_text_number(t, point->line);
  ups_text_add(t, " in ");
  ups_text_add(t, image->strings + point->function);
}

/* Said before anything is touched: where a program died in an update that it asked for itself. */
static void tell_place(void) {
  char buffer[512];
  struct ups_text t;
  if (!ups_state->verbose || ups_state->purpose != UPS_FOR_APPLY_AT)
    return;
  ups_text_start(&t, buffer, sizeof buffer);
  ups_text_add(&t, "upstare: updating at point ");
  ups_text_number(&t, ups_state->points);
  ups_text_add(&t, ": ");
  ups_update_add_place(&t);
  ups_text_add(&t, "\n");
  ups_text_print(&t);
}

/* A site trapped while armed.  From armed to unrolling. */
bool ups_update_consider(uint32_t site, struct ups_machine *machine) {
  struct ups_thread *self = ups_self();
  struct ups_reason reason = {0};
  if (site != UPSTARE_NONE && ups_state->image->inner[site])
    return false; /* the first operands of this point have gone by */
  if (!chosen(site))
    return false;
  if (site != UPSTARE_NONE)
    self->parked = 0;
  ups_state->stopped = ups_now();
  if (stop(self, site, machine, &reason)) {
    go_on(&reason);
    if (ups_state->purpose == UPS_FOR_TORTURE)
      ups_torture_skipped();
    return false;
  }
  if (self->parked)
    *self->kept_call = *self->parked;
  if (ups_state->purpose == UPS_FOR_TORTURE)
    ups_torture_copy();
  tell_place();
  self->cursor_frame = 0;
  self->cursor_site = self->frames[0].first;
  self->cursor_operand = 0;
  self->unrolled = 1;
  ups_state->phase = UPS_UNROLLING;
  return true;
}

/* The stop cannot be completed: the next thing to run is the int3 behind the base, on the side stack. */
static uintptr_t give_up(enum ups_error error, struct ups_machine *machine) {
  ups_state->failure = error;
  ups_state->phase = UPS_ROLLING_BACK;
  machine->registers[REG_RSP] = (greg_t)ups_self()->side_stack;
  return (uintptr_t)upstare_roll_back;
}

/* A site trapped while unrolling: its frame is read, and it returns (or, partial, goes on). */
uintptr_t ups_update_unrolled(uint32_t site, struct ups_machine *machine) {
  struct ups_thread *self = ups_self();
  const struct ups_image *image = ups_state->image;
  if (self->cursor_frame >= self->frame_count || site != self->cursor_site ||
      (ups_fault(UPS_FAULT_UNROLL) && self->cursor_frame == 1))
    return give_up(UPS_UNROLL, machine);
  const struct upstare_site *s = &image->sites[site];
  if (ups_state->purpose != UPS_FOR_TORTURE)
    ups_read_site(self, image, site, machine);
  if (s->flags & UPSTARE_SITE_PARTIAL) {
    self->cursor_operand += s->operand_count;
    self->cursor_site = s->outer;
    return (uintptr_t)machine->registers[REG_RIP];
  }
  self->cursor_operand = 0;
  if (++self->cursor_frame < self->frame_count)
    self->cursor_site = self->frames[self->cursor_frame].first;
  return image->base + s->cold;
}

/* Called by the base when the program has unrolled to it, on the side stack.  Returns the clone to call, or 0:
 * put everything back. */
void *ups_at_base(void) {
  struct ups_thread *self = ups_self();
  enum ups_error error = UPS_NONE;
  self->unrolled = 0;
  if (self->cursor_frame != self->frame_count)
    error = UPS_UNROLL;
  else if (ups_state->purpose == UPS_FOR_TORTURE)
    ups_torture_compare();
  else if (ups_fault(UPS_FAULT_BASE))
    error = UPS_INJECTED;
  else if (!ups_state->patch->committed && !(error = ups_commit_prepare(ups_state->patch))) {
    ups_survivors_back(self);
    error = ups_transform(ups_state->patch, &ups_state->failure_reason);
  }
  if (error || ups_state->purpose == UPS_FOR_TORTURE) {
    ups_transform_end(false);
    ups_state->failure = error;
    ups_state->phase = UPS_ROLLING_BACK;
    return 0;
  }
  ups_state->phase = UPS_COMMITTING;
  if (ups_state->patch->committed)
    ups_survivors_back(self);
  ups_commit(ups_state->patch);
  ups_transform_end(true);
  self->base_sp = ups_new_stack(self);
  self->left = self->new_count;
  self->kept_count = 0;
  ups_state->phase = UPS_RESTORING;
  return __upstare_next();
}

/* Data could not be converted as they were: they may be other ones at the next point.  To find out cost time, of which the
 * program now gets ten times as much. */
static void rest_after_transform(void) {
  int64_t now = ups_now();
  go_on(&ups_state->failure_reason);
  if (ups_state->purpose != UPS_FOR_REQUEST)
    return;
  ups_sites_arm(ups_state->image, false);
  ups_state->rearm_at = now + 10 * (now - ups_state->stopped);
}

/* Everything is put back; the handler returns to the stopped instruction. */
void ups_update_roll_back(struct ups_machine *machine) {
  enum ups_error error = ups_state->failure;
  ups_put_back(ups_self(), machine);
  ups_self()->unrolled = 0;
  ups_state->failure = UPS_NONE;
  ups_state->phase = UPS_ARMED;
  if (error && error == ups_state->failure_reason.error && error != UPS_TRANSFORM_FAULT)
    rest_after_transform();
  else if (error)
    finish(error, error == UPS_TRANSFORM_FAULT ? ups_state->failure_reason.detail : 0);
}

/* Notes the update for the status. */
static void record(void) {
  struct timespec t;
  ups_sys(SYS_clock_gettime, CLOCK_REALTIME, &t);
  ups_state->history[ups_state->updates++ % UPS_HISTORY_MAX] =
      (struct ups_history){t.tv_sec, ups_now() - ups_state->stopped, ups_self()->frame_count};
}

/* Is UPSTARE_APPLY_AT to apply its patch again? */
static bool again(void) {
  const struct upstare_patch *p = ups_state->patch->blob;
  return ups_state->purpose == UPS_FOR_APPLY_AT && ups_state->every && p->from_id_size == p->to_id_size &&
         ups_same(p->from_id, p->to_id, p->from_id_size);
}

/* The innermost frame has been rebuilt: the program goes on.  The mask is put back last: from then on the
 * program's signal handlers run. */
void ups_update_restored(void) {
  ups_debugger_register(ups_state->version);
  record();
  if (again()) {
    answer(UPS_NONE, 0);
    ups_state->next = ups_state->points + ups_state->every;
    ups_state->phase = ups_sites_arm(ups_state->image, true) ? UPS_ARMED : UPS_IDLE;
  } else
    finish(UPS_NONE, 0);
  errno = ups_self()->saved_errno;
  ups_sys(SYS_rt_sigprocmask, SIG_SETMASK, &ups_self()->mask, 0, 8);
}

/* A forked child: takes its sites back where it can, and is its own process from now on. */
void ups_update_forget(void) {
  ups_arena_forked();
  *ups_state->forked = 1;
  ups_state->pid = (int)ups_sys(SYS_getpid);
  ups_self()->tid = (int)ups_sys(SYS_gettid);
  ups_state->timer_runs = false; /* timers are not inherited */
  if (ups_state->phase != UPS_ARMED)
    return;
  if (ups_state->image->armed && !ups_sites_arm(ups_state->image, false)) {
    ups_state->phase = UPS_IDLE; /* code in the arena: its traps stay, and go on */
    return;
  }
  ups_trap_remove();
  ups_state->patch = 0;
  if (!ups_state->version)
    forget_executable_tables();
  ups_state->phase = UPS_IDLE;
}
