/* walk.c - the walker on a made-up stack: frames found by rsp, by rbp and through a realigned frame; tail positions and
 * inlined functions; and every stack that is not wholly understood is refused without a fault. */
#include "check.h"
#include "frames.h"
#include "sites.h"
#include <string.h>

extern const char upstare_base_return[] __attribute__((visibility("hidden")));

/* An image of 1000 bytes: site 0 is in f, 1 is where f was inlined into g, 2 in h. */
static const struct upstare_point points[] = {{.function = 0}, {.function = 0}, {.function = 0}};
static struct upstare_site sites[] = {
    {.address = 10, .cold = 900, .cp = 0, .outer = 1, .unwind = {24, 0, UPSTARE_CFA_RSP}},
    {.address = 20, .cold = 901, .cp = 1, .outer = UPSTARE_NONE, .unwind = {24, 0, UPSTARE_CFA_RSP}},
    {.address = 300, .cold = 902, .cp = 2, .outer = UPSTARE_NONE, .unwind = {16, -16, UPSTARE_CFA_RBP}},
};
static struct upstare_return returns[] = {
    {.address = 295, .site = 2, .unwind = {16, -16, UPSTARE_CFA_RBP}},          /* h called g */
    {.address = 400, .site = UPSTARE_NONE, .unwind = {16, 0, UPSTARE_CFA_RSP}}, /* t called h in tail position */
    {.address = 500, .site = 2, .unwind = {-8, 0, UPSTARE_CFA_RBP_DEREF}},
    {.address = 600, .site = 2, .unwind = {0, 0, UPSTARE_CFA_UNKNOWN}},
};

static uintptr_t stack[64] __attribute__((aligned(16)));
static struct ups_image image = {.base = 0x10000, .size = 1000, .sites = sites, .site_count = 3, .returns = returns,
                                 .return_count = 4, .points = points, .point_count = 3, .strings = ""};

/* Fills the stack: g (with f inlined) <- h <- t <- base. */
static void fill(uintptr_t h_returns_to) {
  memset(stack, 0, sizeof stack);
  stack[12] = 0x10000 + 295;              /* g returns to h; g's frame: rsp = &stack[10] */
  stack[20] = (uintptr_t)&stack[40];      /* h: rbp = &stack[20], saved rbp of its caller */
  stack[21] = 0x10000 + h_returns_to;     /* h returns to t */
  stack[23] = (uintptr_t)upstare_base_return; /* t: CFA = rsp + 16 */
  ups_self()->base_sp = ups_self()->base_top = (uintptr_t)&stack[24];
}

static enum ups_error walk(greg_t *registers, struct ups_reason *reason) {
  struct ups_machine m = {registers, 0};
  return ups_walk(ups_self(), &image, 0, &m, reason);
}

int main(void) {
  greg_t registers[NGREG] = {0};
  struct ups_reason reason;
  uintptr_t kept_sp = ups_self()->base_sp, kept_top = ups_self()->base_top;
  registers[REG_RSP] = (greg_t)&stack[10];
  registers[REG_RBP] = (greg_t)&stack[20];
  fill(400);
  enum ups_error error = walk(registers, &reason);
  CHECK(error == UPS_NONE, "%s", ups_error_text(error));
  CHECK(ups_self()->frame_count == 3, "%u frames", ups_self()->frame_count);
  CHECK(ups_self()->frames[0].point == 0 && ups_self()->frames[1].point == 1 && ups_self()->frames[2].point == 2, "points");
  CHECK(ups_self()->frames[2].end == (uintptr_t)&stack[22], "CFA of h");

  fill(401); /* foreign */
  CHECK(walk(registers, &reason) == UPS_FOREIGN_FRAME && reason.address == 0x10000 + 401, "foreign");
  fill(600);
  CHECK(walk(registers, &reason) == UPS_NO_UNWIND, "no unwind");
  fill(500); /* through rbp, which points past the stack */
  CHECK(walk(registers, &reason) == UPS_NO_UNWIND, "outside");
  fill(500);
  stack[20] = (uintptr_t)&stack[23]; /* CFA = *(rbp - 8) = *stack[22]; not above the frame */
  stack[22] = (uintptr_t)&stack[21];
  CHECK(walk(registers, &reason) == UPS_NO_UNWIND, "backwards");
  fill(400);
  stack[23] = 0; /* not the base */
  CHECK(walk(registers, &reason) != UPS_NONE, "no base");
  fill(400);
  registers[REG_RBP] = 8; /* h's frame address is nonsense */
  CHECK(walk(registers, &reason) == UPS_NO_UNWIND, "nonsense");
  registers[REG_RBP] = (greg_t)&stack[20];
  registers[REG_RSP] = (greg_t)&registers; /* another stack: above the base or far below */
  if ((uintptr_t)&registers > ups_self()->base_sp)
    CHECK(walk(registers, &reason) == UPS_FOREIGN_FRAME, "another stack");
  for (uintptr_t a = 0; a < 1001; a++) {
    uint32_t s = ups_site_at(&image, image.base + a);
    CHECK((s == UPSTARE_NONE) == (a != 10 && a != 20 && a != 300), "site at %lu", a);
    CHECK((ups_return_at(&image, image.base + a) != 0) == (a == 295 || a == 400 || a == 500 || a == 600), "return at %lu", a);
  }
  ups_self()->base_sp = kept_sp;
  ups_self()->base_top = kept_top;
  return RESULT();
}
