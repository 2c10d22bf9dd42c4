/* stop.c - from "this stack is understood" to "everything of it is copied".
 *
 * Values are read while frames leave (ups_read_site, in the trap handler), because only then are their registers
 * those of the frame.  Everything that could fail is done before the first frame leaves. */
#include "stop.h"
#include "blocking.h"
#include "frames.h"
#include "patch.h"
#include "regroup.h"
#include <errno.h>
#include <sys/resource.h>

#define RED_ZONE 128
#define ROOM 65536
#define LIBC_PART 8192 /* of a thread's stack: libc's own data at its top */

/* Is there stack left for the new frames, which are about as large as the old ones? */
static bool room_for(const struct ups_thread *thread, size_t depth) {
  struct rlimit limit;
  if (thread->stack_size) {
    uintptr_t low = thread->pointer + LIBC_PART - thread->stack_size;
    size_t room = thread->stack_size / 4 < 2 * ROOM ? thread->stack_size / 4 : 2 * ROOM;
    return thread->base_sp - depth > low + 2 * depth + room;
  }
  if (ups_sys(SYS_prlimit64, 0, RLIMIT_STACK, 0, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
    return true;
  uintptr_t low = thread->base_top - limit.rlim_cur;
  return thread->base_sp - depth > low + 2 * depth + 2 * ROOM;
}

/* Is there room for frames below an address? */
bool ups_stack_reaches(const struct ups_thread *thread, uintptr_t address) {
  struct rlimit limit;
  if (thread->stack_size)
    return address > thread->pointer + LIBC_PART - thread->stack_size + thread->stack_length + thread->stack_size / 8;
  if (ups_sys(SYS_prlimit64, 0, RLIMIT_STACK, 0, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
    return true;
  return address > thread->base_top - limit.rlim_cur + thread->stack_length + 2 * ROOM;
}

/* Maps every frame. */
enum ups_error ups_prepare(struct ups_thread *thread, const struct ups_image *image, const struct upstare_patch *p, const struct ups_machine *machine,
                           struct ups_reason *reason) {
  *reason = (struct ups_reason){0};
  if (ups_regroup_check(thread, image, p, reason))
    return reason->error;
  if (!room_for(thread, thread->base_top - (uintptr_t)machine->registers[REG_RSP]))
    return reason->error = UPS_TOO_DEEP;
  if (ups_fault(UPS_FAULT_STOP) || !ups_regroup(thread, p))
    return reason->error = UPS_NO_MEMORY;
  return UPS_NONE;
}

/* Size of the vector state in a signal frame: the legacy 512 bytes, or what the kernel says. */
static size_t vector_size(const ucontext_t *context) {
  const uint32_t *software = (const uint32_t *)((const char *)context->uc_mcontext.fpregs + 464);
  return software[0] == 0x46505853 && software[1] >= 512 && software[1] < 65536 ? software[1] : 512;
}

/* Memory for the copy. */
enum ups_error ups_snapshot_room(struct ups_thread *thread, const struct ups_machine *machine) {
  size_t length = thread->base_top - machine->registers[REG_RSP] + RED_ZONE;
  bool ok = ups_memory_grow(&thread->stack_copy, &thread->stack_copy_size, length) &&
            ups_memory_grow(&thread->vector_state, &thread->vector_size, vector_size(machine->context));
  return ok ? UPS_NONE : UPS_NO_MEMORY;
}

/* Copies the stopped thread aside. */
void ups_snapshot(struct ups_thread *thread, struct ups_machine *machine) {
  uintptr_t low = machine->registers[REG_RSP] - RED_ZONE;
  size_t length = thread->base_top - low, vectors = vector_size(machine->context);
  thread->stack_low = low;
  thread->stack_length = length;
  ups_copy(thread->stack_copy, (const void *)low, length);
  ups_copy(thread->registers, machine->registers, sizeof thread->registers);
  ups_copy(thread->vector_state, machine->context->uc_mcontext.fpregs, vectors);
  ups_copy(&thread->mask, &machine->context->uc_sigmask, 8);
  thread->saved_errno = errno;
  thread->lowest = thread->base_top;
  uint64_t all = UPS_ALL_SIGNALS;
  ups_copy(&machine->context->uc_sigmask, &all, 8);
}

/* Writes everything back. */
void ups_put_back(struct ups_thread *thread, struct ups_machine *machine) {
  ups_copy((void *)thread->stack_low, thread->stack_copy, thread->stack_length);
  ups_copy(machine->registers, thread->registers, sizeof thread->registers);
  size_t now = vector_size(machine->context), then = vector_size(&(ucontext_t){.uc_mcontext.fpregs = (void *)thread->vector_state});
  ups_copy(machine->context->uc_mcontext.fpregs, thread->vector_state, now == then ? now : 512);
  ups_copy(&machine->context->uc_sigmask, &thread->mask, 8);
  errno = thread->saved_errno;
}

/* A surviving object moves the border down; addresses outside the stack do not matter. */
void ups_survives(struct ups_thread *thread, uintptr_t address) {
  if (address >= thread->stack_low && address < thread->lowest)
    thread->lowest = address;
}

/* A frame that holds memory no operand names is kept whole; so is what an earlier update kept for it. */
static void survive_frame(struct ups_thread *thread, const struct ups_image *image, struct ups_frame *f) {
  if (!(image->points[f->point].flags & UPSTARE_POINT_KEEP_FRAME))
    return;
  f->keep = f->low;
  for (uint32_t i = 0; i < thread->kept_count; i++)
    if (thread->kept[i].at >= f->low && thread->kept[i].at < f->end && thread->kept[i].low < f->keep)
      f->keep = thread->kept[i].low;
  ups_survives(thread, f->keep);
}

/* Reads those of a site's operands that a part asks for. */
static void read_part(struct ups_thread *thread, const struct ups_image *image, const struct upstare_site *s, const struct ups_part *part,
                      const struct ups_machine *machine) {
  uint32_t first = thread->cursor_operand;
  uint8_t *values = thread->news[part->to].out->values;
  for (uint32_t k = 0; k < part->move_count; k++) {
    const struct upstare_move *m = &part->moves[k];
    if (!ups_move_reads(m) || m->operand < first || m->operand - first >= s->operand_count)
      continue;
    const struct upstare_operand *o = &image->operands[s->operands + m->operand - first];
    if (m->kind == UPSTARE_MOVE_VALUE)
      ups_operand_read(image, o, machine, values + m->to, m->size);
    else if (m->kind == UPSTARE_MOVE_OLD)
      ups_operand_read(image, o, machine, part->old + m->to, m->size);
    else {
      uintptr_t address = ups_operand_address(image, o, machine->registers);
      ups_survives(thread, address);
      ups_copy(values + m->to, &address, 8);
    }
  }
}

/* Reads a site's operands. */
void ups_read_site(struct ups_thread *thread, const struct ups_image *image, uint32_t site, const struct ups_machine *machine) {
  struct ups_frame *f = &thread->frames[thread->cursor_frame];
  if (thread->cursor_operand == 0)
    survive_frame(thread, image, f);
  for (uint32_t i = 0; i < f->part_count; i++)
    read_part(thread, image, &image->sites[site], &thread->parts[f->parts + i], machine);
}

/* Below everything that survives; a call pushes below, so no red zone of an old frame is needed. */
uintptr_t ups_new_stack(const struct ups_thread *thread) { return (thread->lowest - RED_ZONE * (thread->lowest != thread->base_top)) & ~(uintptr_t)15; }

/* Writes the surviving part of the stack back. */
void ups_survivors_back(const struct ups_thread *thread) {
  ups_copy((void *)thread->lowest, thread->stack_copy + (thread->lowest - thread->stack_low),
           thread->base_top - thread->lowest);
}
