/* patch_check.c - a small patch passes; every single wrong field is refused; twenty thousand random changes with
 * a right checksum neither crash nor get an index past the check that walks out of the blob. */
#include "check.h"
#include "patch.h"
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 4096
static _Alignas(8) uint8_t blob[ROOM], copy[ROOM];
static uint32_t used;

/* Appends a table. */
static struct upstare_span add(const void *bytes, uint32_t count, uint32_t size) {
  used = (used + 7) & ~7u;
  struct upstare_span span = {used, count};
  memcpy(blob + used, bytes, count * size);
  used += count * size;
  return span;
}
#define ADD(array) add(array, sizeof array / sizeof *array, sizeof *array)

static void make(void) {
  static const char strings[] = "\0main\0v1.c\0app\0x\0puts";
  static const uint8_t text[64] = {0x90}, data[16], init[32], constants[8];
  static const struct upstare_site sites[] = {{.address = 8, .cold = 0, .cp = 0, .operands = 0, .operand_count = 1, .flags = 1, .outer = 1},
                                              {.address = 16, .cold = 32, .cp = 0, .operands = 1, .operand_count = 1, .outer = UPSTARE_NONE}};
  static const struct upstare_operand operands[] = {{UPSTARE_OP_REGISTER, 3, 255, 0, 0}, {UPSTARE_OP_MEMORY, 4, 255, 0, 8}};
  static const struct upstare_return returns[] = {{.address = 4, .site = 0}, {.address = 40, .site = UPSTARE_NONE}};
  static const struct upstare_point old_points[] = {{.function = 1, .file = 6, .line = 3, .variables = 2, .clone = UPSTARE_NONE}};
  static const struct upstare_point new_points[] = {{.function = 1, .file = 6, .line = 4, .variables = 2, .clone = 24, .frame_size = 32}};
  static const struct upstare_map maps[] = {{.point = 0, .moves = 0, .move_count = 6, .old_values = 8, .group = 0}};
  static const struct upstare_move moves[] = {{0, UPSTARE_MOVE_VALUE, 4, 0, UPSTARE_NONE, 0}, {1, UPSTARE_MOVE_ADDRESS, 100, 8, 1, 0}, {0, UPSTARE_MOVE_CONSTANT, 8, 24, UPSTARE_NONE, 0},
                                              {0, UPSTARE_MOVE_OLD, 4, 4, UPSTARE_NONE, 0}, {0, UPSTARE_MOVE_CONVERT, 8, 16, 1, 0}, {1, UPSTARE_MOVE_MOVED, 8, 0, 1, 0},
                                              {0, UPSTARE_MOVE_OLD, 4, 8, UPSTARE_NONE, 0}, {48, UPSTARE_MOVE_COMPUTE, 4, 0, UPSTARE_NONE, 0},
                                              {48, UPSTARE_MOVE_LENGTH, 0, 0, 1, 0}, {0, UPSTARE_MOVE_LOOK, 0, 4, 1, 0}, {48, UPSTARE_MOVE_STORAGE, 16, 24, 1, 0}};
  static const struct upstare_type types[] = {{15, UPSTARE_TYPE_PLAIN, 4, 4, 0, 0, UPSTARE_NONE, UPSTARE_NONE, 0, 4, 0, 0},
                                              {15, UPSTARE_TYPE_RECORD, 8, 16, 0, 1, UPSTARE_NONE, 24, UPSTARE_TYPE_CHANGED, 8, 0, 1},
                                              {15, UPSTARE_TYPE_POINTER, 8, 8, 0, 0, 1, UPSTARE_NONE, UPSTARE_TYPE_POINTERS, 8, 0, 0}};
  static const struct upstare_length lengths[] = {{1, 24}};
  static const struct upstare_step steps[] = {{UPSTARE_STEP_LENGTH, 48, UPSTARE_NONE, 0, 0, 1}};
  static const struct upstare_part parts[] = {{4, 12, 1, 0}};
  static const struct upstare_variable variables[] = {{0, 1, 0, 0, 8, 0}, {0, 2, UPSTARE_NONE, UPSTARE_VARIABLE_CONST, 8, 0}};
  static const struct upstare_heap_type heap_types[] = {{5, 1, 5, 0}, {7, 2, 9, 0}};
  static const uint32_t group_points[] = {0, 0, 0};
  static const struct upstare_piece pieces[] = {{0, 0, 0, 2}, {0, 1, 6, 5}};
  static const struct upstare_group groups[] = {{.old_count = 1, .new_count = 2, .points = 0, .pieces = 0, .piece_count = 2, .old_values = 12}};
  static const struct upstare_entity entities[] = {{16, UPSTARE_ENTITY_VARIABLE, 15}, {32, UPSTARE_ENTITY_FUNCTION, 1}};
  static const struct upstare_bind binds[] = {{UPSTARE_BIND_OLD, 0, UPSTARE_ENTITY_VARIABLE, 15}, {UPSTARE_BIND_TEXT, 24, UPSTARE_ENTITY_FUNCTION, 1}};
  static const struct upstare_redirect redirects[] = {{1, 24}};
  static const struct upstare_init inits[] = {{.entity = 0, .size = 8, .old_bytes = 0, .new_bytes = 8}};
  static const struct upstare_reloc relocs[] = {{.place = 0, .segment = UPSTARE_SEG_DATA, .kind = UPSTARE_REL_ABS64, .target = UPSTARE_TO_ENTITY, .index = 0},
                                                {.place = 60, .segment = UPSTARE_SEG_TEXT, .kind = UPSTARE_REL_PC32, .target = UPSTARE_TO_IMPORT, .index = 0}};
  static const struct upstare_import imports[] = {{17, 0}};
  struct upstare_patch p = {.magic = UPSTARE_MAGIC, .abi = UPSTARE_ABI, .from_id_size = 20, .to_id_size = 20, .from_name = 11, .to_name = 11,
                            .text_align = 16, .data_align = 16, .flag_offset = UPSTARE_NONE, .eh_frame = 52};
  memset(blob, 0, sizeof blob);
  used = sizeof p;
  p.strings = ADD(strings);
  p.text = ADD(text);
  p.data = ADD(data);
  p.init_bytes = ADD(init);
  p.constants = ADD(constants);
  p.relocs = ADD(relocs);
  p.imports = ADD(imports);
  p.old_entities = ADD(entities);
  p.binds = ADD(binds);
  p.redirects = ADD(redirects);
  p.inits = ADD(inits);
  p.old_points = ADD(old_points);
  p.new_points = ADD(new_points);
  p.maps = ADD(maps);
  p.moves = ADD(moves);
  p.symfile = (struct upstare_span){0, 0};
  p.groups = ADD(groups);
  p.group_points = ADD(group_points);
  p.pieces = ADD(pieces);
  p.types = ADD(types);
  p.parts = ADD(parts);
  p.variables = ADD(variables);
  p.heap_types = ADD(heap_types);
  p.lengths = ADD(lengths);
  p.steps = ADD(steps);
  p.old_image = (struct upstare_image){0x400000, 64, ADD(sites), ADD(operands), ADD(returns)};
  p.new_image = (struct upstare_image){0, 64, p.old_image.sites, p.old_image.operands, p.old_image.returns};
  p.size = used;
  memcpy(blob, &p, sizeof p);
  ((struct upstare_patch *)blob)->checksum = ups_patch_checksum((struct upstare_patch *)blob);
}

static struct upstare_patch *header(void) { return (struct upstare_patch *)blob; }
static enum ups_error check(void) {
  header()->checksum = ups_patch_checksum(header());
  return ups_patch_check(header(), ROOM);
}
/* After this change the patch must be refused. */
#define WRONG(change)                                                                                        \
  do {                                                                                                       \
    make();                                                                                                  \
    struct upstare_patch *p = header();                                                                      \
    (void)p;                                                                                                 \
    change;                                                                                                  \
    CHECK(check() != UPS_NONE, "accepted");                                                                  \
  } while (0)
#define IN(span, type) ((struct type *)(blob + header()->span.offset))

static void fields(void) {
  WRONG(p->magic[0] = 'X');
  WRONG(p->abi = UPSTARE_ABI + 1);
  WRONG(p->size = ROOM + 8);
  WRONG(p->size = 16);
  WRONG(p->strings.count = 0);
  WRONG(blob[p->strings.offset + p->strings.count - 1] = 'x');
  WRONG(p->to_name = p->strings.count);
  WRONG(p->from_id_size = 33);
  WRONG(p->text_align = 8192);
  WRONG(p->flag_offset = 16);
  WRONG(p->eh_frame = 62);
  WRONG(memset(blob + p->text.offset + 52, 0xff, 4));
  WRONG(p->relocs.offset += 4);
  WRONG(p->relocs.count = 1u << 28);
  WRONG(p->maps.count = 0);
  WRONG(p->new_image.image_size = 65);
  WRONG(IN(old_image.sites, upstare_site)[1].address = 8);
  WRONG(IN(old_image.sites, upstare_site)[1].address = 64);
  WRONG(IN(old_image.sites, upstare_site)[1].cold = 64);
  WRONG(IN(old_image.sites, upstare_site)[1].cold = 0);
  WRONG(IN(old_image.sites, upstare_site)[0].outer = UPSTARE_NONE);
  WRONG(IN(old_image.sites, upstare_site)[0].cp = 1);
  WRONG(IN(old_image.sites, upstare_site)[1].operand_count = 2);
  WRONG(IN(old_image.sites, upstare_site)[1].operands = UINT32_MAX);
  WRONG(IN(old_image.sites, upstare_site)[1].unwind.kind = 4);
  WRONG(IN(old_image.operands, upstare_operand)[0].kind = 5);
  WRONG(IN(old_image.operands, upstare_operand)[0].base = 16);
  WRONG(IN(old_image.operands, upstare_operand)[1].index = 3);
  WRONG(IN(old_image.returns, upstare_return)[1].address = 4);
  WRONG(IN(old_image.returns, upstare_return)[0].site = 2);
  WRONG(IN(new_points, upstare_point)[0].clone = 64);
  WRONG(IN(new_points, upstare_point)[0].frame_size = 31);
  WRONG(IN(new_points, upstare_point)[0].frame_size = UINT32_MAX);
  WRONG(IN(maps, upstare_map)[0].point = 1);
  WRONG(IN(maps, upstare_map)[0].moves = 1);
  WRONG(IN(maps, upstare_map)[0].reason = 1000);
  WRONG(IN(moves, upstare_move)[0].to = 29);
  WRONG(IN(moves, upstare_move)[0].kind = UPSTARE_MOVE_STORAGE + 1);
  WRONG(IN(moves, upstare_move)[1].type = 3);
  WRONG(IN(moves, upstare_move)[3].to = 5);
  WRONG(IN(moves, upstare_move)[4].to = 17);
  WRONG(IN(moves, upstare_move)[4].operand = 1);
  WRONG(IN(moves, upstare_move)[4].size = 4);
  WRONG(IN(moves, upstare_move)[5].type = UPSTARE_NONE);
  WRONG(IN(types, upstare_type)[0].name = 1000);
  WRONG(IN(types, upstare_type)[0].kind = 4);
  WRONG(IN(types, upstare_type)[1].part_count = 2);
  WRONG(IN(types, upstare_type)[1].transformer = 64);
  WRONG(IN(types, upstare_type)[1].new_size = 15);
  WRONG(IN(types, upstare_type)[2].target = 3);
  WRONG(IN(types, upstare_type)[2].new_size = 16);
  WRONG(IN(parts, upstare_part)[0].type = 1);
  WRONG(IN(parts, upstare_part)[0].old_offset = 5);
  WRONG(IN(parts, upstare_part)[0].count = 2);
  WRONG(IN(variables, upstare_variable)[0].entity = 2);
  WRONG(IN(variables, upstare_variable)[0].place = 1);
  WRONG(IN(variables, upstare_variable)[1].type = 3);
  WRONG(IN(heap_types, upstare_heap_type)[1].key = 5);
  WRONG(IN(heap_types, upstare_heap_type)[1].type = 3);
  WRONG(IN(moves, upstare_move)[1].to = 25);
  WRONG(IN(moves, upstare_move)[2].operand = 1);
  WRONG(IN(moves, upstare_move)[6].to = 9);
  WRONG(IN(moves, upstare_move)[7].operand = 64);
  WRONG(IN(moves, upstare_move)[7].kind = 7);
  WRONG(IN(moves, upstare_move)[8].operand = 64);
  WRONG(IN(moves, upstare_move)[8].type = UPSTARE_NONE);
  WRONG(IN(moves, upstare_move)[9].type = UPSTARE_NONE);
  WRONG(IN(moves, upstare_move)[9].to = 5);
  WRONG(IN(moves, upstare_move)[10].operand = 64);
  WRONG(IN(moves, upstare_move)[10].size = 8);
  WRONG(IN(moves, upstare_move)[10].to = 25);
  WRONG(IN(lengths, upstare_length)[0].type = 3);
  WRONG(IN(lengths, upstare_length)[0].type = UPSTARE_NONE);
  WRONG(IN(lengths, upstare_length)[0].code = 64);
  WRONG(IN(types, upstare_type)[1].lengths = 1);
  WRONG(IN(types, upstare_type)[2].length_count = 1);
  WRONG(IN(steps, upstare_step)[0].kind = UPSTARE_STEP_LENGTH + 1);
  WRONG(IN(steps, upstare_step)[0].code = 64);
  WRONG(IN(steps, upstare_step)[0].type = 3);
  WRONG(IN(maps, upstare_map)[0].group = 1);
  WRONG(IN(groups, upstare_group)[0].new_count = 3);
  WRONG(IN(groups, upstare_group)[0].old_count = 0);
  WRONG(IN(groups, upstare_group)[0].old_values = 11);
  WRONG(IN(groups, upstare_group)[0].pieces = 1);
  WRONG(IN(pieces, upstare_piece)[1].from = 1);
  WRONG(IN(pieces, upstare_piece)[1].to = 2);
  WRONG(IN(pieces, upstare_piece)[1].moves = 7);
  WRONG(((uint32_t *)(blob + header()->group_points.offset))[2] = 1);
  WRONG(IN(old_entities, upstare_entity)[0].kind = 4);
  WRONG(IN(binds, upstare_bind)[0].index = 2);
  WRONG(IN(binds, upstare_bind)[1].index = 64);
  WRONG(IN(redirects, upstare_redirect)[0].entity = 0);
  WRONG(IN(redirects, upstare_redirect)[0].text = 64);
  WRONG(IN(inits, upstare_init)[0].size = 32);
  WRONG(IN(inits, upstare_init)[0].entity = 2);
  WRONG(IN(relocs, upstare_reloc)[0].place = 9);
  WRONG(IN(relocs, upstare_reloc)[0].segment = 3);
  WRONG(IN(relocs, upstare_reloc)[0].index = 2);
  WRONG(IN(relocs, upstare_reloc)[1].index = 1);
  WRONG(IN(relocs, upstare_reloc)[1].target = 4);
  WRONG(IN(imports, upstare_import)[0].name = 1000);
}

/* The file around the blob. */
static void files(void) {
  static _Alignas(8) uint8_t file[256];
  const struct upstare_patch *found;
  uint64_t size;
  Elf64_Ehdr *e = (Elf64_Ehdr *)file;
  Elf64_Phdr *p = (Elf64_Phdr *)(file + 64);
  memcpy(e->e_ident, ELFMAG, SELFMAG);
  e->e_ident[EI_CLASS] = ELFCLASS64;
  e->e_ident[EI_DATA] = ELFDATA2LSB;
  e->e_phoff = 64;
  e->e_phentsize = sizeof *p;
  e->e_phnum = 1;
  *p = (Elf64_Phdr){.p_type = PT_UPSTARE, .p_offset = 120, .p_filesz = 136};
  CHECK(ups_patch_find(file, 256, &found, &size) == UPS_NONE && (uint8_t *)found == file + 120 && size == 136, "not found");
  CHECK(ups_patch_find(file, 255, &found, &size) == UPS_TRUNCATED, "truncated");
  CHECK(ups_patch_find(file, 100, &found, &size) == UPS_TRUNCATED, "truncated");
  CHECK(ups_patch_find(file, 10, &found, &size) == UPS_NOT_A_PATCH, "short");
  p->p_offset = UINT64_MAX - 100;
  CHECK(ups_patch_find(file, 256, &found, &size) == UPS_TRUNCATED, "wraps around");
  e->e_phoff = UINT64_MAX - 7;
  CHECK(ups_patch_find(file, 256, &found, &size) != UPS_NONE, "wraps around");
  e->e_phoff = 64;
  p->p_type = PT_LOAD;
  CHECK(ups_patch_find(file, 256, &found, &size) == UPS_NOT_A_PATCH, "another ELF file");
}

int main(void) {
  make();
  CHECK(check() == UPS_NONE, "%s", ups_error_text(check()));
  blob[used - 1] ^= 1;
  CHECK(ups_patch_check(header(), ROOM) == UPS_CHECKSUM, "checksum");
  make();
  CHECK(ups_patch_check(header(), used - 1) == UPS_TRUNCATED, "truncated");
  fields();
  files();
  make();
  memcpy(copy, blob, ROOM);
  srand(1);
  int accepted = 0;
  for (int i = 0; i < 20000; i++) {
    memcpy(blob, copy, ROOM);
    for (int k = rand() % 3; k >= 0; k--) {
      uint32_t at = (uint32_t)rand() % used;
      blob[at] = rand() % 2 ? (uint8_t)rand() : (uint8_t)(blob[at] ^ 1 << rand() % 8);
    }
    if (header()->size <= ROOM)
      accepted += check() == UPS_NONE;
  }
  CHECK(accepted > 100 && accepted < 19000, "%d of 20000 accepted: nothing was tested", accepted);
  return RESULT();
}
