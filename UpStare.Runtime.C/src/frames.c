/* frames.c - the walker.  A stack is understood if every return address on it, up to the base's, is in the
 * image's tables; then the sites behind it, and so what is to be saved, are known before anything is touched.
 *
 *   machine frame:  ret -> returns[] -> first site -> (partial sites ->) final site -> outer site (inlined into)
 *                   `--- a logical frame: one continuation point ---'
 *
 * Every read lies between the interrupted stack pointer and the base, so wrong tables cannot fault it. */
#include "frames.h"
#include "blocking_call.h"
#include "handlers.h"
#include "sites.h"

#define CHAIN_MAX 4096
#define WRAPPER_DEPTH 8

extern const char upstare_base_return[] __attribute__((visibility("hidden")));

struct walk {
  struct ups_thread *thread;
  const struct ups_image *image;
  uintptr_t rsp, rbp, cfa, low;
  struct ups_reason *reason;
};

/* Hardware numbers of registers in machine code -> places in gregs. */
static const uint8_t register_places[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                            REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

/* Says which point it was. */
void ups_reason_point(struct ups_reason *reason, const struct ups_image *image, uint32_t point) {
  reason->function = image->strings + image->points[point].function;
  reason->file = image->strings + image->points[point].file;
  reason->line = image->points[point].line;
}

/* Reads a word of the stack. */
static bool word(const struct walk *w, uintptr_t at, uintptr_t *value) {
  if (at < w->low || at > w->thread->base_top - 8 || at % 8)
    return false;
  *value = *(const uintptr_t *)at;
  return true;
}

/* Notes the logical frames that the sites of one machine frame stand for. */
static enum ups_error note_frames(struct walk *w, uint32_t site) {
  for (unsigned chain = 0; chain < CHAIN_MAX; chain++) {
    if (!ups_thread_room(w->thread, w->thread->frame_count + 1))
      return UPS_TOO_DEEP;
    struct ups_frame *f = &w->thread->frames[w->thread->frame_count++];
    *f = (struct ups_frame){.first = site, .low = w->rsp, .end = w->cfa};
    while (w->image->sites[site].flags & UPSTARE_SITE_PARTIAL) {
      site = w->image->sites[site].outer;
      if (++chain == CHAIN_MAX)
        return UPS_BAD_OPERANDS;
    }
    f->point = w->image->sites[site].cp;
    site = w->image->sites[site].outer;
    if (site == UPSTARE_NONE)
      return UPS_NONE;
  }
  return UPS_BAD_OPERANDS;
}

/* Computes the canonical frame address, the return address and the caller's rbp. */
static bool unwind(struct walk *w, const struct upstare_unwind *u, uintptr_t *back, uintptr_t *caller_rbp) {
  uintptr_t at_rbp;
  switch (u->kind) {
  case UPSTARE_CFA_RSP: w->cfa = w->rsp + u->cfa_offset; break;
  case UPSTARE_CFA_RBP: w->cfa = w->rbp + u->cfa_offset; break;
  case UPSTARE_CFA_RBP_DEREF:
    if (!word(w, w->rbp + u->cfa_offset, &w->cfa))
      return false;
    break;
  default: return false;
  }
  at_rbp = u->kind == UPSTARE_CFA_RBP_DEREF ? w->rbp + u->rbp_offset : w->cfa + u->rbp_offset;
  *caller_rbp = w->rbp;
  if (u->rbp_offset || u->kind == UPSTARE_CFA_RBP_DEREF)
    if (!word(w, at_rbp, caller_rbp))
      return false;
  return w->cfa >= w->rsp + 8 && w->cfa <= w->thread->base_top && word(w, w->cfa - 8, back);
}

/* Notes one machine frame and leaves the walk at its return address. */
static enum ups_error pass(struct walk *w, uint32_t site, const struct upstare_unwind *u, uintptr_t *back) {
  uintptr_t caller_rbp;
  bool ok = unwind(w, u, back, &caller_rbp);
  if (site != UPSTARE_NONE) {
    if (!ok)
      ups_reason_point(w->reason, w->image, w->image->sites[site].cp);
    enum ups_error error = ok ? note_frames(w, site) : UPS_NONE;
    if (error)
      return error;
  }
  if (!ok)
    return UPS_NO_UNWIND;
  w->rsp = w->cfa;
  w->rbp = caller_rbp;
  return UPS_NONE;
}

/* Is this where a frame of the program's, the base, or a handler goes on? */
static bool is_known(const struct walk *w, uintptr_t back) {
  return back == (uintptr_t)upstare_base_return || ups_handler_is_return(back) || ups_return_at(w->image, back);
}

/* Passes a handler of the program's and the wrapper that it has interrupted.  The runtime's own functions have frame
 * pointers; there are few between a system call and the program. */
static bool pass_handler(struct walk *w, uintptr_t *back) {
  struct ups_thread *thread = w->thread;
  if (thread->interruption_count == UPS_INTERRUPTION_MAX)
    return false;
  struct ups_interruption *n = &thread->interruptions[thread->interruption_count];
  if (!ups_handler_read(*back, w->rsp, w->low, thread->base_top, n, &w->rbp))
    return false;
  for (unsigned depth = 0; depth < WRAPPER_DEPTH; depth++) {
    uintptr_t frame = w->rbp;
    if (frame < w->rsp || !word(w, frame + 8, back) || !word(w, frame, &w->rbp))
      return false;
    w->rsp = frame + 16;
    if (!is_known(w, *back))
      continue;
    n->frame = thread->frame_count;
    thread->interruption_count++;
    return true;
  }
  return false;
}

/* Can the site behind a return address belong to that call?  A loop head cannot: then the call is one of a function
 * that is not instrumented, and straight code leads from it into an inlined function's loop. */
static bool follows_call(const struct ups_image *image, uint32_t site) {
  if (site == UPSTARE_NONE)
    return true;
  return !(image->points[image->sites[site].cp].flags & UPSTARE_POINT_LOOP);
}

/* Walks the whole stack. */
enum ups_error ups_walk(struct ups_thread *thread, const struct ups_image *image, uint32_t site, const struct ups_machine *machine,
                        struct ups_reason *reason) {
  const greg_t *r = machine->registers;
  const struct ups_call *parked = site == UPSTARE_NONE ? thread->parked : 0;
  struct walk w = {.thread = thread, .image = image, .rsp = r[REG_RSP], .rbp = r[REG_RBP], .low = r[REG_RSP], .reason = reason};
  uintptr_t back;
  enum ups_error error;
  *reason = (struct ups_reason){0};
  thread->frame_count = thread->interruption_count = 0;
  if (w.rsp > thread->base_sp || w.rsp % 8 || thread->base_sp - w.rsp > 1u << 30) {
    reason->error = UPS_FOREIGN_FRAME; /* another stack: a coroutine's, a signal stack */
    reason->detail = "another stack is in use";
    return UPS_FOREIGN_FRAME;
  }
  if (parked) { /* the wrapper has a frame pointer */
    w.rbp = parked->frame;
    back = 0;
    if (!word(&w, parked->frame + 8, &back) || !word(&w, parked->frame, &w.rbp))
      return reason->error = UPS_NO_UNWIND;
    w.rsp = parked->frame + 16;
  } else {
    error = pass(&w, site, &image->sites[site].unwind, &back);
    if (error)
      return reason->error = error;
  }
  while (back != (uintptr_t)upstare_base_return || w.rsp != thread->base_sp) {
    const struct upstare_return *known = ups_return_at(image, back);
    if (ups_handler_is_return(back)) {
      if (!pass_handler(&w, &back))
        return reason->error = UPS_IN_HANDLER;
      continue;
    }
    reason->address = back;
    if (!known || !follows_call(image, known->site))
      return reason->error = UPS_FOREIGN_FRAME;
    error = pass(&w, known->site, &known->unwind, &back);
    if (error)
      return reason->error = error;
  }
  reason->address = 0;
  if (!thread->frame_count)
    return reason->error = UPS_NOT_REACHED;
  return UPS_NONE;
}

/* Finds an operand by its number. */
const struct upstare_operand *ups_operand(const struct ups_image *image, uint32_t site, uint32_t number) {
  for (;;) {
    const struct upstare_site *s = &image->sites[site];
    if (number < s->operand_count)
      return &image->operands[s->operands + number];
    if (!(s->flags & UPSTARE_SITE_PARTIAL))
      return 0;
    number -= s->operand_count;
    site = s->outer;
  }
}

/* The address of a memory operand. */
uintptr_t ups_operand_address(const struct ups_image *image, const struct upstare_operand *o, const greg_t *registers) {
  intptr_t at = o->displacement;
  if (o->kind == UPSTARE_OP_IMAGE)
    return image->base + at;
  if (o->base != 255)
    at += registers[register_places[o->base]];
  if (o->index != 255)
    at += registers[register_places[o->index]] * o->scale;
  return at;
}

/* Can a value of this size be read from the operand? */
bool ups_operand_holds(const struct upstare_operand *o, uint32_t size) {
  switch (o->kind) {
  case UPSTARE_OP_REGISTER:
  case UPSTARE_OP_IMMEDIATE: return size <= 8;
  case UPSTARE_OP_XMM: return size <= 16;
  default: return true;
  }
}

/* Reads an operand's value. */
void ups_operand_read(const struct ups_image *image, const struct upstare_operand *o, const struct ups_machine *machine,
                      void *to, uint32_t size) {
  int64_t number = o->displacement;
  switch (o->kind) {
  case UPSTARE_OP_REGISTER: ups_copy(to, &machine->registers[register_places[o->base]], size); break;
  case UPSTARE_OP_XMM: ups_copy(to, &machine->context->uc_mcontext.fpregs->_xmm[o->base], size); break;
  case UPSTARE_OP_IMMEDIATE: ups_copy(to, &number, size); break;
  default: ups_copy(to, (const void *)ups_operand_address(image, o, machine->registers), size);
  }
}
