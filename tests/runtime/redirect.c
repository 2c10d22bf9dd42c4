/* redirect.c - jumps over old entries: labels that are too near, or at one place with different ends, are found, in whatever order they come;
 * functions are not asked. */
#include "check.h"
#include "redirect.h"
#include <string.h>

static _Alignas(16) uint8_t code[256];
static struct ups_place places[64];
static struct {
  struct upstare_patch head;
  struct upstare_redirect redirects[64];
} blob;
static struct ups_patch patch = {.blob = &blob.head};

/* A redirect of a new entity at an offset of the code. */
static void add(size_t at, uint32_t kind, uint32_t text) {
  uint32_t n = blob.head.redirects.count++;
  places[n] = (struct ups_place){.address = at == SIZE_MAX ? UINTPTR_MAX : (uintptr_t)code + at, .kind = kind};
  blob.redirects[n] = (struct upstare_redirect){n, text};
}

static void start(void) {
  blob.head.redirects = (struct upstare_span){offsetof(__typeof__(blob), redirects), 0};
  memset(code, 0x90, sizeof code);
}

static enum ups_error fits(uint32_t *entity) { return ups_redirect_fits(&patch, places, entity); }

int main(void) {
  enum { FUNCTION = UPSTARE_ENTITY_FUNCTION, LABEL = UPSTARE_ENTITY_LABEL };
  uint32_t entity = 99;
  start();
  CHECK(fits(&entity) == UPS_NONE, "entity %u", entity);

  add(0, FUNCTION, 1), add(160, LABEL, 2), add(155, LABEL, 3), add(48, FUNCTION, 4), add(53, LABEL, 5), add(SIZE_MAX, LABEL, 6), add(SIZE_MAX, LABEL, 7);
  CHECK(fits(&entity) == UPS_NONE, "entity %u", entity);
  add(164, LABEL, 8); /* behind 160 */
  CHECK(fits(&entity) == UPS_LABELS && entity == 7, "entity %u", entity);

  start();
  add(64, LABEL, 1), add(69, LABEL, 2);
  CHECK(fits(&entity) == UPS_NONE, "entity %u", entity);
  memcpy(code + 64, (uint8_t[]){0xf3, 0x0f, 0x1e, 0xfa}, 4); /* the jump comes after an endbr64 */
  CHECK(fits(&entity) == UPS_LABELS && entity == 1, "entity %u", entity);

  start();
  add(32, FUNCTION, 1), add(34, LABEL, 2);
  CHECK(fits(&entity) == UPS_LABELS && entity == 1, "entity %u", entity);

  start();
  add(40, LABEL, 7), add(16, LABEL, 3), add(40, LABEL, 7); /* one place, one end */
  CHECK(fits(&entity) == UPS_NONE, "entity %u", entity);
  blob.redirects[2].text = 8;
  CHECK(fits(&entity) == UPS_LABELS && (entity == 0 || entity == 2), "entity %u", entity);

  start();
  add(16, FUNCTION, 1), add(16, FUNCTION, 2), add(18, FUNCTION, 3); /* a name that two units define */
  CHECK(fits(&entity) == UPS_NONE, "entity %u", entity);

  start();
  for (uint32_t i = 0; i < 50; i++)
    add(i * 37 % 50 * 5, LABEL, i);
  CHECK(fits(&entity) == UPS_NONE, "entity %u", entity);
  add(1, LABEL, 99);
  CHECK(fits(&entity) == UPS_LABELS, "entity %u", entity);
  return RESULT();
}
