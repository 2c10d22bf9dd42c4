/* stop.c - from "this stack is understood" to "everything of it is copied".
 *
 * Values are read while frames leave (ups_read_site, in the trap handler), because only then are their registers
 * those of the frame.  Everything that could fail is done before the first frame leaves. */
#include "stop.h"
#include "blocking.h"
#include "frames.h"
#include "patch.h"
#include <errno.h>
#include <sys/resource.h>

#define RED_ZONE 128
#define ROOM 65536
#define LIBC_PART 8192 /* of a thread's stack: libc's own data at its top */

/* Checks one move against the operand it reads. */
static bool move_ok(const struct ups_image *image, const struct ups_frame *f, const struct upstare_move *m) {
  if (m->kind == UPSTARE_MOVE_CONSTANT || m->kind == UPSTARE_MOVE_CONVERT)
    return true;
  const struct upstare_operand *o = ups_operand(image, f->first, m->operand);
  if (!o)
    return false;
  if (m->kind == UPSTARE_MOVE_ADDRESS || m->kind == UPSTARE_MOVE_MOVED)
    return o->kind == UPSTARE_OP_MEMORY || o->kind == UPSTARE_OP_IMAGE;
  return ups_operand_holds(o, m->size);
}

/* Bytes of the new frame's record. */
static size_t frame_bytes(const struct upstare_point *point) {
  return (sizeof(struct upstare_frame) + point->frame_size + 15) & ~(size_t)15;
}

/* Bytes of its old values, which are converted. */
static size_t old_bytes(const struct upstare_map *map) { return (map->old_values + 15) & ~(size_t)15; }

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
  const struct upstare_map *maps = ups_patch_table(p, p->maps);
  const struct upstare_move *moves = ups_patch_table(p, p->moves);
  const struct upstare_point *points = ups_patch_table(p, p->new_points);
  const uint8_t *constants = ups_patch_table(p, p->constants);
  size_t total = 0;
  *reason = (struct ups_reason){0};
  for (uint32_t i = 0; i < thread->frame_count; i++) {
    const struct ups_frame *f = &thread->frames[i];
    ups_reason_point(reason, image, f->point);
    if (f->point >= p->maps.count)
      return reason->error = UPS_BAD_OPERANDS;
    const struct upstare_map *map = &maps[f->point];
    if (map->point == UPSTARE_NONE) {
      reason->detail = ups_patch_string(p, map->reason);
      return reason->error = UPS_UNMAPPED;
    }
    for (uint32_t k = 0; k < map->move_count; k++)
      if (!move_ok(image, f, &moves[map->moves + k]))
        return reason->error = UPS_BAD_OPERANDS;
    total += frame_bytes(&points[map->point]) + old_bytes(map);
  }
  if (!room_for(thread, thread->base_top - (uintptr_t)machine->registers[REG_RSP]))
    return reason->error = UPS_TOO_DEEP;
  uint32_t now = thread->values_now ^ 1; /* the program may still be reading the frames of the last update */
  if (ups_fault(UPS_FAULT_STOP) || !ups_memory_grow(&thread->values[now], &thread->values_size[now], total))
    return reason->error = UPS_NO_MEMORY;
  thread->values_now = now;
  uint8_t *at = thread->values[now];
  for (uint32_t i = 0; i < thread->frame_count; i++) {
    struct ups_frame *f = &thread->frames[i];
    const struct upstare_map *map = &maps[f->point];
    f->out = (struct upstare_frame *)at;
    ups_fill(f->out, 0, frame_bytes(&points[map->point]));
    f->out->cp = points[map->point].resume;
    f->out->in_call = i || thread->parked;
    for (uint32_t k = 0; k < map->move_count; k++)
      if (moves[map->moves + k].kind == UPSTARE_MOVE_CONSTANT)
        ups_copy(f->out->values + moves[map->moves + k].to, constants + moves[map->moves + k].operand, moves[map->moves + k].size);
    f->old = at + frame_bytes(&points[map->point]);
    at = f->old + old_bytes(map);
  }
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
static void survives(struct ups_thread *thread, uintptr_t address) {
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
  survives(thread, f->keep);
}

/* Reads a site's operands. */
void ups_read_site(struct ups_thread *thread, const struct ups_image *image, const struct upstare_patch *p, uint32_t site,
                   const struct ups_machine *machine) {
  const struct upstare_site *s = &image->sites[site];
  struct ups_frame *f = &thread->frames[thread->cursor_frame];
  const struct upstare_map *map = (const struct upstare_map *)ups_patch_table(p, p->maps) + f->point;
  const struct upstare_move *moves = ups_patch_table(p, p->moves);
  uint32_t first = thread->cursor_operand;
  if (first == 0)
    survive_frame(thread, image, f);
  for (uint32_t k = 0; k < map->move_count; k++) {
    const struct upstare_move *m = &moves[map->moves + k];
    if (m->kind == UPSTARE_MOVE_CONSTANT || m->kind == UPSTARE_MOVE_CONVERT || m->operand < first || m->operand - first >= s->operand_count)
      continue;
    const struct upstare_operand *o = &image->operands[s->operands + m->operand - first];
    if (m->kind == UPSTARE_MOVE_VALUE)
      ups_operand_read(image, o, machine, f->out->values + m->to, m->size);
    else if (m->kind == UPSTARE_MOVE_OLD)
      ups_operand_read(image, o, machine, f->old + m->to, m->size);
    else {
      uintptr_t address = ups_operand_address(image, o, machine->registers);
      survives(thread, address);
      ups_copy(f->out->values + m->to, &address, 8);
    }
  }
}

/* Below everything that survives; a call pushes below, so no red zone of an old frame is needed. */
uintptr_t ups_new_stack(const struct ups_thread *thread) { return (thread->lowest - RED_ZONE * (thread->lowest != thread->base_top)) & ~(uintptr_t)15; }

/* Writes the surviving part of the stack back. */
void ups_survivors_back(const struct ups_thread *thread) {
  ups_copy((void *)thread->lowest, thread->stack_copy + (thread->lowest - thread->stack_low),
           thread->base_top - thread->lowest);
}
