/* operands.c - every kind of operand is read from where the site's instruction says it is. */
#include "check.h"
#include "frames.h"
#include <string.h>

static uint64_t registers_value(int number) { return 0x1111111111111111u * (unsigned)number + 5; }

int main(void) {
  static const int places[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                 REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
  static uint8_t memory[256];
  static struct _libc_fpstate vectors;
  ucontext_t context;
  memset(&context, 0, sizeof context);
  context.uc_mcontext.fpregs = &vectors;
  struct ups_machine m = {context.uc_mcontext.gregs, &context};
  struct ups_image image = {.base = (uintptr_t)memory};
  for (int i = 0; i < 256; i++)
    memory[i] = (uint8_t)(i * 7);
  for (int i = 0; i < 16; i++) {
    m.registers[places[i]] = (greg_t)registers_value(i);
    memset(&vectors._xmm[i], 0x40 + i, 16);
  }
  for (int i = 0; i < 16; i++) {
    uint64_t value = 0;
    uint8_t bytes[16] = {0}, wanted[16];
    struct upstare_operand r = {UPSTARE_OP_REGISTER, (uint8_t)i, 255, 0, 0}, x = {UPSTARE_OP_XMM, (uint8_t)i, 255, 0, 0};
    ups_operand_read(&image, &r, &m, &value, 8);
    CHECK(value == registers_value(i), "register %d: %lx", i, value);
    value = 0;
    ups_operand_read(&image, &r, &m, &value, 1);
    CHECK(value == (registers_value(i) & 255), "byte of register %d: %lx", i, value);
    ups_operand_read(&image, &x, &m, bytes, 16);
    memset(wanted, 0x40 + i, 16);
    CHECK(!memcmp(bytes, wanted, 16), "vector register %d", i);
    CHECK(ups_operand_holds(&r, 8) && !ups_operand_holds(&r, 9) && ups_operand_holds(&x, 16) && !ups_operand_holds(&x, 17), "%d", i);
  }
  int64_t number = 0;
  struct upstare_operand immediate = {UPSTARE_OP_IMMEDIATE, 255, 255, 0, -3};
  ups_operand_read(&image, &immediate, &m, &number, 8);
  CHECK(number == -3, "immediate %ld", number);
  m.registers[REG_RBX] = (greg_t)(memory + 100);
  m.registers[REG_R9] = 5;
  uint8_t bytes[4];
  static const struct {
    struct upstare_operand operand;
    int at;
  } memories[] = {{{UPSTARE_OP_MEMORY, 3, 255, 0, 0}, 100}, {{UPSTARE_OP_MEMORY, 3, 255, 0, -20}, 80},
                  {{UPSTARE_OP_MEMORY, 3, 9, 8, 4}, 144},    {{UPSTARE_OP_IMAGE, 255, 255, 0, 17}, 17}};
  for (size_t i = 0; i < sizeof memories / sizeof *memories; i++) {
    ups_operand_read(&image, &memories[i].operand, &m, bytes, 4);
    CHECK(!memcmp(bytes, memory + memories[i].at, 4), "memory %zu", i);
    CHECK(ups_operand_address(&image, &memories[i].operand, m.registers) == (uintptr_t)memory + memories[i].at, "address %zu", i);
  }
  /* an operand's number counts over the chain of partial sites */
  struct upstare_operand list[5] = {{0}};
  struct upstare_site sites[] = {{.operands = 0, .operand_count = 2, .flags = UPSTARE_SITE_PARTIAL, .outer = 1},
                                 {.operands = 2, .operand_count = 3, .outer = UPSTARE_NONE}};
  image.sites = sites;
  image.operands = list;
  CHECK(ups_operand(&image, 0, 1) == &list[1] && ups_operand(&image, 0, 2) == &list[2] && ups_operand(&image, 0, 4) == &list[4] &&
            ups_operand(&image, 0, 5) == 0 && ups_operand(&image, 1, 0) == &list[2],
        "numbers");
  return RESULT();
}
