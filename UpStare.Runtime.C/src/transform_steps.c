/* transform_steps.c - what the user's map adds to the data transformers: code that runs before the first and after the last
 * one, and values of variables.
 *
 * A value is computed while nothing has changed yet, so it sees the old version's variables.  One for new storage is written there; one
 * for a variable that stays waits for the commit. */
#include "commit.h"
#include "guard.h"
#include "transform_data.h"

/* A computed value. */
struct value {
  void *bytes;
  uintptr_t to; /* where the commit writes it; 0: it is there */
  uint32_t size, type;
};
static struct ups_vector values = {.size = sizeof(struct value)};

static const struct upstare_step *step(uint32_t i) { return (const struct upstare_step *)ups_patch_table(ups_data.patch->blob, ups_data.patch->blob->steps) + i; }

/* Computes a value. */
static void compute(const struct upstare_step *s) {
  struct value *v = ups_vector_add(&values);
  if (!v) {
    __upstare_refuse("no memory");
    return;
  }
  *v = (struct value){(void *)(ups_data.patch->data + s->place), 0, s->size, s->type};
  if (s->entity != UPSTARE_NONE) {
    v->to = ups_old_places(ups_data.patch)[s->entity].address;
    if (!(v->bytes = ups_memory(s->size))) {
      values.count--;
      __upstare_refuse("no memory");
      return;
    }
  }
  ((void (*)(void *))(ups_data.patch->text + s->code))(v->bytes);
}

/* Runs the steps of a kind. */
void ups_steps_run(enum upstare_step_kind kind) {
  for (uint32_t i = 0; i < ups_data.patch->blob->steps.count && !ups_data.refused; i++)
    if (step(i)->kind == kind && kind == UPSTARE_STEP_VALUE)
      compute(step(i));
    else if (step(i)->kind == kind)
      ((void (*)(void))(ups_data.patch->text + step(i)->code))();
}

/* Looks at their pointers. */
enum ups_error ups_steps_visit(void) {
  const struct value *v = (const struct value *)values.items;
  enum ups_error error = UPS_NONE;
  ups_data.where = "a value of the map";
  for (size_t i = 0; i < values.count && !error; i++)
    if (v[i].type != UPSTARE_NONE)
      error = ups_visit_value(v[i].type, v[i].bytes);
  return error;
}

static void run_after(void *argument) {
  (void)argument;
  ups_steps_run(UPSTARE_STEP_AFTER);
}

/* Puts values in place; then the data are those of the new version.  A fault in what comes after cannot undo that. */
void ups_steps_commit(void) {
  const struct value *v = (const struct value *)values.items;
  for (size_t i = 0; i < values.count; i++)
    if (v[i].to)
      ups_copy((void *)v[i].to, v[i].bytes, v[i].size);
  if (ups_data.patch)
    ups_guarded(run_after, 0);
}

/* Forgets them. */
void ups_steps_end(void) {
  const struct value *v = (const struct value *)values.items;
  for (size_t i = 0; i < values.count; i++)
    if (v[i].to)
      ups_memory_free(v[i].bytes, v[i].size);
  ups_vector_free(&values);
  ups_data.patch = 0;
}
