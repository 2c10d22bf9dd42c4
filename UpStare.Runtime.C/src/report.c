/* report.c - reasons are collected thread by thread, each with a count, and told when an update has found no moment. */
#include "report.h"
#include "control.h"
#include "foreign.h"
#include "frames.h"
#include "patch.h"
#include "sites.h"
#include "symbols.h"
#include <sys/uio.h>

#define BUFFER 16384

/* The same reason again is counted. */
void ups_report_note(struct ups_thread *thread, const struct ups_reason *reason) {
  struct ups_reason *r = thread->reasons;
  uint32_t i = 0;
  while (i < thread->reason_count &&
         (r[i].error != reason->error || r[i].function != reason->function || r[i].line != reason->line || r[i].address != reason->address))
    i++;
  if (i == UPS_REASON_MAX)
    return;
  if (i == thread->reason_count) {
    r[i] = *reason;
    r[i].count = 0;
    thread->reason_count++;
  }
  r[i].count++;
}

/* The same refusal again is counted.  The text is cut off where it does not fit, so only what fits is compared. */
void ups_report_refusal(const struct ups_reason *reason) {
  struct ups_refusal *r = ups_state->refusals;
  char detail[UPS_DETAIL_MAX];
  struct ups_text t;
  uint32_t i = 0;
  ups_text_start(&t, detail, sizeof detail);
  ups_text_add(&t, reason->detail ? reason->detail : "");
  while (i < ups_state->refusal_count && (r[i].error != reason->error || !ups_equal(r[i].detail, detail)))
    i++;
  if (i == UPS_REASON_MAX)
    return;
  if (i == ups_state->refusal_count) {
    r[i].error = reason->error;
    r[i].count = 0;
    ups_copy(r[i].detail, detail, sizeof detail);
    ups_state->refusal_count++;
  }
  r[i].count++;
}

/* The function that the thread was created for, by its address's entity; main's thread has none. */
static const char *first_function(const struct ups_thread *thread) {
  const struct upstare_patch *p = ups_state->patch->blob;
  const struct upstare_entity *entity = ups_patch_table(p, p->old_entities);
  const struct ups_place *place = ups_state->version ? ups_state->registry : ups_state->patch->old_places;
  for (uint32_t i = 0; place && thread->start && i < p->old_entities.count; i++)
    if (place[i].kind == UPSTARE_ENTITY_FUNCTION && place[i].address == (uintptr_t)thread->start)
      return ups_patch_string(p, entity[i].name);
  return thread->start ? 0 : "main";
}

#define CHUNK 128 /* words */
#define CHUNKS 64

/* The site behind the first word on the stack that is a return address of the program; UPSTARE_NONE: none near.  The
 * kernel reads the stack, because it may be another one than we think, and end. */
static uint32_t nearest_site(const struct ups_thread *thread, uintptr_t sp) {
  uintptr_t words[CHUNK];
  for (unsigned chunk = 0; chunk < CHUNKS && sp < thread->base_top; chunk++, sp += sizeof words) {
    size_t size = thread->base_top - sp < sizeof words ? thread->base_top - sp : sizeof words;
    struct iovec to = {words, size}, from = {(void *)sp, size};
    if (ups_sys(SYS_process_vm_readv, ups_state->pid, &to, 1, &from, 1, 0) != (long)size)
      break;
    for (size_t i = 0; i < size / 8; i++) {
      const struct upstare_return *known = ups_return_at(ups_state->image, words[i]);
      if (known && known->site != UPSTARE_NONE)
        return known->site;
    }
  }
  return UPSTARE_NONE;
}

/* The nearest frame of the program: a guess that is good enough for a message. */
void ups_report_position(struct ups_thread *thread, const struct ups_machine *machine) {
  const struct ups_image *image = ups_state->image;
  uintptr_t sp = machine->registers[REG_RSP], pc = machine->registers[REG_RIP];
  struct ups_reason reason = {.error = pc - image->base < image->size ? UPS_NOT_REACHED : UPS_FOREIGN_FRAME};
  uint32_t site = image->sites && sp % 8 == 0 ? nearest_site(thread, sp) : UPSTARE_NONE;
  if (site != UPSTARE_NONE)
    ups_reason_point(&reason, image, image->sites[site].cp);
  else
    reason.function = first_function(thread);
  thread->reason_count = 0;
  ups_report_note(thread, &reason);
}

/* Adds a reason to a message. */
static void add_reason(struct ups_text *t, const struct ups_reason *r) {
  uintptr_t offset;
  const char *library;
  ups_text_number(t, r->count);
  ups_text_add(t, r->count == 1 ? " time: " : " times: ");
  if (r->file) {
    ups_text_add(t, r->file);
    ups_text_add(t, ":");
    ups_text_number(t, r->line);
    ups_text_add(t, ": ");
  }
  if (r->function) {
    ups_text_add(t, "in function '");
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

/* "thread NAME (NUMBER): ", where there are several. */
static void add_thread(struct ups_text *t, const struct ups_thread *thread) {
  char name[32];
  long n = ups_thread_file(thread->tid, "comm", name, sizeof name - 1);
  name[n ? n - 1 : 0] = 0; /* without the line's end */
  ups_text_add(t, "thread ");
  ups_text_add(t, name);
  ups_text_add(t, " (");
  ups_text_number(t, thread->tid);
  ups_text_add(t, "): ");
}

/* Adds all that stands in the way of one thread. */
static void add_reasons(struct ups_text *t, const struct ups_thread *thread) {
  static const struct ups_reason none = {.error = UPS_NOT_REACHED, .count = 1}, ends = {.error = UPS_THREAD_ENDING, .count = 1},
                                 joins = {.error = UPS_JOINS, .count = 1};
  uint32_t state = thread->state;
  if (thread->joins) {
    add_thread(t, thread);
    add_reason(t, &joins);
  } else if (state == UPS_THREAD_RUNS && !(thread->ready && ups_state->many))
    for (uint32_t i = 0; i < thread->reason_count || (i == 0 && ups_state->many); i++) {
      if (ups_state->many)
        add_thread(t, thread);
      add_reason(t, thread->reason_count ? &thread->reasons[i] : &none);
    }
  else if (state == UPS_THREAD_ENDS && !ups_thread_gone(thread)) {
    add_thread(t, thread);
    add_reason(t, &ends);
  }
}

/* Threads that the program did not create, and that did not come to rest. */
static void add_foreign(struct ups_text *t) {
  if (ups_state->foreign_threads <= ups_state->held)
    return;
  ups_text_number(t, ups_state->foreign_threads);
  ups_text_add(t, ups_state->foreign_threads == 1 ? " thread" : " threads");
  ups_text_add(t, " that the program did not create: ");
  ups_text_add(t, ups_error_text(ups_foreign_allow() ? UPS_FOREIGN_RUNS : UPS_FOREIGN_THREAD));
  ups_text_add(t, "\n");
}

/* Why data could not be converted, though all had stopped: that is no thread's reason. */
static void add_refusals(struct ups_text *t) {
  for (uint32_t i = 0; i < ups_state->refusal_count; i++) {
    const struct ups_refusal *r = &ups_state->refusals[i];
    add_reason(t, &(struct ups_reason){.error = r->error, .count = r->count, .detail = r->detail});
  }
}

/* All reasons: of the data, then thread by thread; main's first. */
static void add_all_reasons(struct ups_text *t) {
  struct ups_thread *main_thread = ups_state->threads;
  while (main_thread->next)
    main_thread = main_thread->next;
  add_refusals(t);
  add_reasons(t, main_thread);
  for (struct ups_thread *thread = ups_state->threads; thread != main_thread; thread = thread->next)
    add_reasons(t, thread);
  add_foreign(t);
}

/* The pause and the number of frames. */
static void add_success(struct ups_text *t) {
  const struct ups_history *h = &ups_state->history[(ups_state->updates - 1) % UPS_HISTORY_MAX];
  ups_text_add(t, ups_state->purpose == UPS_FOR_REQUEST ? "pause " : "upstare: updated: pause ");
  ups_text_number(t, h->pause / 1000);
  ups_text_add(t, " us, ");
  ups_text_number(t, h->frames);
  ups_text_add(t, h->frames == 1 ? " frame" : " frames");
  if (h->threads > 1) {
    ups_text_add(t, ", ");
    ups_text_number(t, h->threads);
    ups_text_add(t, " threads");
  }
  ups_text_add(t, "\n");
}

/* The whole answer. */
void ups_report_answer(enum ups_error error, const char *detail) {
  char buffer[BUFFER];
  struct ups_text t;
  bool request = ups_state->purpose == UPS_FOR_REQUEST;
  if (!error && !request && !ups_state->verbose)
    return;
  ups_text_start(&t, buffer, sizeof buffer);
  if (request) {
    ups_text_add(&t, ups_error_word(error));
    ups_text_add(&t, "\n");
  } else if (error)
    ups_text_add(&t, "upstare: ");
  if (!error)
    add_success(&t);
  else {
    ups_text_add(&t, ups_error_text(error));
    if (detail && *detail) {
      ups_text_add(&t, ": ");
      ups_text_add(&t, detail);
    }
    ups_text_add(&t, "\n");
    if (error == UPS_DEADLINE)
      add_all_reasons(&t);
  }
  if (request)
    ups_control_reply(&t);
  if (!request || (ups_state->verbose && !error))
    ups_text_print(&t);
}

/* FILE:LINE in FUNCTION. */
void ups_report_place(struct ups_text *t, const struct ups_thread *thread) {
  const struct ups_image *image = ups_state->image;
  const struct upstare_point *point = &image->points[thread->frames[0].point];
  ups_text_add(t, image->strings + point->file);
  ups_text_add(t, ":");
  ups_text_number(t, point->line);
  ups_text_add(t, " in ");
  ups_text_add(t, image->strings + point->function);
}

/* Where a program died. */
void ups_report_stop(const struct ups_thread *thread) {
  char buffer[512];
  struct ups_text t;
  if (!ups_state->verbose || ups_state->purpose != UPS_FOR_APPLY_AT)
    return;
  ups_text_start(&t, buffer, sizeof buffer);
  ups_text_add(&t, "upstare: updating at point ");
  ups_text_number(&t, ups_state->points);
  ups_text_add(&t, ": ");
  ups_report_place(&t, thread);
  ups_text_add(&t, "\n");
  ups_text_print(&t);
}

/* UPSTARE_APPLY_AT still waits for its point. */
void ups_report_at_exit(void) {
  if (ups_state->phase != UPS_ARMED)
    return;
  char buffer[BUFFER];
  struct ups_text t;
  ups_text_start(&t, buffer, sizeof buffer);
  ups_text_add(&t, "upstare: ");
  ups_text_number(&t, ups_state->updates);
  ups_text_add(&t, " updates at ");
  ups_text_number(&t, ups_state->points);
  ups_text_add(&t, " points\n");
  add_all_reasons(&t);
  ups_text_print(&t);
}
