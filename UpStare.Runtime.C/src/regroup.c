/* regroup.c - from the frames of the old version to those of the new one.
 *
 * Mostly an old frame becomes one new frame, as its point's map says.  Where the user's map splits or merges frames, a
 * group says which ones become which; the first group counts whose old points are those of the stack, innermost first.
 * Either way a run of old frames becomes a run of new frames, with parts: what each of these takes from each of those.
 *
 * Two walks over the frames: one that only looks (a thread that cannot stop here goes on), one that writes down. */
#include "regroup.h"
#include "frames.h"
#include "patch.h"

/* A run of old frames and what becomes of it. */
struct run {
  uint32_t old_count, new_count, piece_count, old_values, flags;
  const uint32_t *points;             /* the new ones */
  const struct upstare_piece *pieces;
  struct upstare_piece piece;         /* where there is no group */
  uint32_t point;
};

/* Does a handler of the program's lie between the first n frames and the others? */
static bool is_boundary(const struct ups_thread *thread, uint32_t n) {
  for (uint32_t k = 0; k < thread->interruption_count; k++)
    if (thread->interruptions[k].frame == n)
      return true;
  return false;
}

/* Does a group's stack of old points begin at frame i? */
static bool is_stack(const struct ups_thread *thread, const uint32_t *points, uint32_t count, uint32_t i) {
  if (count > thread->frame_count - i)
    return false;
  for (uint32_t k = 0; k < count; k++)
    if (thread->frames[i + k].point != points[k] || (k && is_boundary(thread, i + k)))
      return false;
  return true;
}

/* The run that begins with frame i; its old_count is 0 if the point is unmapped. */
static void run_at(const struct ups_thread *thread, const struct upstare_patch *p, uint32_t i, struct run *run) {
  const struct upstare_map *map = (const struct upstare_map *)ups_patch_table(p, p->maps) + thread->frames[i].point;
  const struct upstare_group *group = ups_patch_table(p, p->groups);
  const uint32_t *points = ups_patch_table(p, p->group_points);
  for (uint32_t g = map->group; g < p->groups.count && points[group[g].points] == thread->frames[i].point; g++) {
    const uint32_t *own = points + group[g].points;
    if (!is_stack(thread, own, group[g].old_count, i))
      continue;
    *run = (struct run){group[g].old_count, group[g].new_count, group[g].piece_count, group[g].old_values, group[g].flags,
                        own + group[g].old_count, (const struct upstare_piece *)ups_patch_table(p, p->pieces) + group[g].pieces, {0}, 0};
    return;
  }
  *run = (struct run){map->point != UPSTARE_NONE, 1, 1, map->old_values, 0, 0, 0, {0, 0, map->moves, map->move_count}, map->point};
}

/* New point k of a run, and its piece k. */
static uint32_t new_point(const struct run *run, uint32_t k) { return run->points ? run->points[k] : run->point; }
static const struct upstare_piece *piece_of(const struct run *run, uint32_t k) { return run->pieces ? &run->pieces[k] : &run->piece; }

/* Does the move read an operand? */
bool ups_move_reads(const struct upstare_move *m) {
  switch (m->kind) {
  case UPSTARE_MOVE_VALUE:
  case UPSTARE_MOVE_ADDRESS:
  case UPSTARE_MOVE_OLD:
  case UPSTARE_MOVE_MOVED: return true;
  default: return false;
  }
}

/* Checks one move against the operand it reads. */
static bool move_ok(const struct ups_image *image, const struct ups_frame *f, const struct upstare_move *m) {
  if (!ups_move_reads(m))
    return true;
  const struct upstare_operand *o = ups_operand(image, f->first, m->operand);
  if (!o)
    return false;
  if (m->kind == UPSTARE_MOVE_ADDRESS || m->kind == UPSTARE_MOVE_MOVED)
    return o->kind == UPSTARE_OP_MEMORY || o->kind == UPSTARE_OP_IMAGE;
  return ups_operand_holds(o, m->size);
}

/* Checks the operands of a run. */
static bool operands_ok(const struct ups_thread *thread, const struct ups_image *image, const struct upstare_patch *p, uint32_t i, const struct run *run) {
  const struct upstare_move *moves = ups_patch_table(p, p->moves);
  for (uint32_t k = 0; k < run->piece_count; k++) {
    const struct upstare_piece *piece = piece_of(run, k);
    for (uint32_t n = 0; n < piece->move_count; n++)
      if (!move_ok(image, &thread->frames[i + piece->from], &moves[piece->moves + n]))
        return false;
  }
  return true;
}

/* Where a run goes on in another function, or in another call, the frames beside it must fit. */
static bool fits(const struct upstare_patch *p, const struct run *inner, const struct run *outer) {
  const struct upstare_point *points = ups_patch_table(p, p->new_points);
  bool matters = (inner && inner->flags & UPSTARE_GROUP_ELSEWHERE) || (inner && outer && outer->flags & UPSTARE_GROUP_OTHER_CALLEE);
  if (!matters)
    return true;
  return outer && points[new_point(outer, 0)].callee == points[new_point(inner, inner->new_count - 1)].owner;
}

/* Looks at every frame. */
enum ups_error ups_regroup_check(struct ups_thread *thread, const struct ups_image *image, const struct upstare_patch *p, struct ups_reason *reason) {
  const struct upstare_map *maps = ups_patch_table(p, p->maps);
  struct run inner = {0}, run;
  for (uint32_t i = 0; i < thread->frame_count; i += run.old_count) {
    ups_reason_point(reason, image, thread->frames[i].point);
    if (thread->frames[i].point >= p->maps.count)
      return reason->error = UPS_BAD_OPERANDS;
    run_at(thread, p, i, &run);
    if (!run.old_count) {
      reason->detail = ups_patch_string(p, maps[thread->frames[i].point].reason);
      return reason->error = UPS_UNMAPPED;
    }
    if (!operands_ok(thread, image, p, i, &run))
      return reason->error = UPS_BAD_OPERANDS;
    bool is_first = !i || is_boundary(thread, i);
    bool is_last = i + run.old_count >= thread->frame_count || is_boundary(thread, i + run.old_count);
    if (!fits(p, is_first ? 0 : &inner, &run) || (is_last && !fits(p, &run, 0))) {
      reason->detail = "the map continues it in a function that its caller does not call";
      return reason->error = UPS_UNMAPPED;
    }
    inner = run;
  }
  return UPS_NONE;
}

/* Bytes of a new frame's record. */
static size_t frame_bytes(const struct upstare_patch *p, uint32_t point) {
  const struct upstare_point *points = ups_patch_table(p, p->new_points);
  return (sizeof(struct upstare_frame) + points[point].frame_size + 15) & ~(size_t)15;
}

/* Grows an array whose contents are not needed any more. */
static bool grow(void *array, size_t *have, size_t size) {
  uint8_t *buffer;
  ups_copy(&buffer, array, sizeof buffer);
  bool ok = ups_memory_grow(&buffer, have, size);
  ups_copy(array, &buffer, sizeof buffer);
  return ok;
}

/* Memory for everything. */
static bool make_room(struct ups_thread *thread, const struct upstare_patch *p) {
  size_t bytes = 0, news = 0, parts = 0;
  struct run run;
  for (uint32_t i = 0; i < thread->frame_count; i += run.old_count) {
    run_at(thread, p, i, &run);
    for (uint32_t k = 0; k < run.new_count; k++)
      bytes += frame_bytes(p, new_point(&run, k));
    bytes += (run.old_values + 15) & ~(size_t)15;
    news += run.new_count;
    parts += run.piece_count;
  }
  uint32_t now = thread->values_now ^ 1; /* the program may still be reading the frames of the last update */
  if (!ups_thread_room(thread, news > thread->frame_count ? news : thread->frame_count) ||
      !grow(&thread->news, &thread->new_room, news * sizeof *thread->news) ||
      !grow(&thread->parts, &thread->part_room, (parts + 1) * sizeof *thread->parts) ||
      !ups_memory_grow(&thread->values[now], &thread->values_size[now], bytes))
    return false;
  thread->values_now = now;
  thread->new_count = thread->part_count = 0;
  return true;
}

/* Writes the constants of a part. */
static void put_constants(const struct upstare_patch *p, const struct ups_part *part, struct upstare_frame *out) {
  const uint8_t *constants = ups_patch_table(p, p->constants);
  for (uint32_t k = 0; k < part->move_count; k++)
    if (part->moves[k].kind == UPSTARE_MOVE_CONSTANT)
      ups_copy(out->values + part->moves[k].to, constants + part->moves[k].operand, part->moves[k].size);
}

/* Writes a run down; returns where memory goes on. */
static uint8_t *write_run(struct ups_thread *thread, const struct upstare_patch *p, uint32_t i, const struct run *run, uint8_t *at) {
  const struct upstare_point *points = ups_patch_table(p, p->new_points);
  uint32_t first = thread->new_count;
  for (uint32_t k = 0; k < run->new_count; k++) {
    struct ups_new_frame *n = &thread->news[thread->new_count++];
    *n = (struct ups_new_frame){new_point(run, k), i, run->old_count, (struct upstare_frame *)at};
    ups_fill(at, 0, frame_bytes(p, n->point));
    n->out->cp = points[n->point].resume;
    n->out->in_call = i || k || thread->parked;
    at += frame_bytes(p, n->point);
  }
  for (uint32_t k = 0; k < run->old_count; k++)
    thread->frames[i + k].part_count = 0;
  for (uint32_t k = 0; k < run->piece_count; k++) {
    const struct upstare_piece *piece = piece_of(run, k);
    struct ups_frame *f = &thread->frames[i + piece->from];
    struct ups_part *part = &thread->parts[thread->part_count];
    *part = (struct ups_part){i + piece->from, first + piece->to, (const struct upstare_move *)ups_patch_table(p, p->moves) + piece->moves, piece->move_count, at};
    if (!f->part_count++)
      f->parts = thread->part_count;
    thread->part_count++;
    put_constants(p, part, thread->news[part->to].out);
  }
  ups_fill(at, 0, run->old_values); /* of a small struct only what is still used will be there */
  return at + ((run->old_values + 15) & ~(size_t)15);
}

/* Where handlers lie among the new frames. */
static void put_boundary(struct ups_thread *thread, uint32_t frame) {
  for (uint32_t k = 0; k < thread->interruption_count; k++)
    if (thread->interruptions[k].frame == frame)
      thread->interruptions[k].new_frame = thread->new_count;
}

/* Makes the new frames. */
bool ups_regroup(struct ups_thread *thread, const struct upstare_patch *p) {
  if (!make_room(thread, p))
    return false;
  uint8_t *at = thread->values[thread->values_now];
  struct run run;
  for (uint32_t i = 0; i < thread->frame_count; i += run.old_count) {
    run_at(thread, p, i, &run);
    put_boundary(thread, i);
    at = write_run(thread, p, i, &run, at);
  }
  put_boundary(thread, thread->frame_count);
  return true;
}
