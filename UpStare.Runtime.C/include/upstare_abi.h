/* upstare_abi.h - what the compiler, the patch generator and the runtime agree on.
 *
 * Three contracts, nothing else connects the three programs:
 *   1. records that upstare-cc leaves in non-loaded sections of an executable (read by upstare-diff only),
 *   2. the patch file (written by upstare-diff, read by the runtime),
 *   3. the functions that generated code calls.
 * A running executable carries no table of its own: everything the runtime needs to know about the old code
 * comes with the patch.  All integers are little-endian.  Every struct is packed by construction (no padding)
 * and its size is asserted.  UPSTARE_ABI is checked at load; change it with any change below. */
#ifndef UPSTARE_ABI_H
#define UPSTARE_ABI_H
#include <stdint.h>

#define UPSTARE_ABI 5u

/* ---- 1. Records in the executable ---------------------------------------------------------------------
 *
 * .debug.upstare          per unit: the framed, compressed source (Metadata/FORMAT.md); its first byte is the
 *                         unit's label, which the two record sections below use to name the unit.
 * .debug.upstare.sites    one record a machine site:
 *     .quad unit          address (offset) of the unit's frame in .debug.upstare
 *     .quad site          link-time address of the site's one-byte nop (trap mode) or int3 (flag mode)
 *     .quad cold          link-time address of the cold label; 0 in a partial site
 *     .long cp            number of the continuation point in its unit
 *     .byte flags         UPSTARE_SITE_*
 *     .byte operands      how many operands follow
 *     .short length       bytes of code that follow
 *     code                one instruction per operand that nobody executes; it says where the operand is:
 *                         pushq OP (register, memory or immediate) or movups OP,%xmm0 (vector register, memory)
 * .debug.upstare.entities one record an entity (a variable with storage, a function or a label that has an identity):
 *     .quad unit          as above
 *     .quad address       link-time address, or offset in the TLS segment (dtpoff)
 *     .long ordinal       number of the entity in its unit
 *     .byte kind          UPSTARE_ENTITY_*
 *     .byte 0, 0, 0
 * A record whose site or address is 0 belongs to code that the linker dropped. */
enum upstare_site_flags {
  UPSTARE_SITE_PARTIAL = 1, /* the first operands of a point that has more than one site can hold: the next
                               site in straight-line code has the rest; no cold label */
  UPSTARE_SITE_FLAG = 2     /* flag mode: the byte at the site is int3 already, reached when the flag is set */
};
enum upstare_entity_kind { UPSTARE_ENTITY_VARIABLE = 0, UPSTARE_ENTITY_TLS = 1, UPSTARE_ENTITY_FUNCTION = 2, UPSTARE_ENTITY_LABEL = 3 };

/* ---- 2. The patch file --------------------------------------------------------------------------------
 *
 * An ELF file (so that file, readelf and objdump say something sensible) with one program header of type
 * PT_UPSTARE; its p_offset/p_filesz delimit the blob that starts with struct upstare_patch.  All offsets in
 * the blob count from its first byte and are multiples of 8.
 *
 * Code and read-only data of the new version are the "text" segment, writable data (with its zero-initialised
 * tail) the "data" segment.  References inside text are already resolved; all others are relocations. */
#define PT_UPSTARE 0x65707573u
#define UPSTARE_MAGIC "UPSTARE\n"
#define UPSTARE_ID_MAX 32
#define UPSTARE_NONE 0xffffffffu

struct upstare_span { /* a table in the blob */
  uint32_t offset;    /* of its first element */
  uint32_t count;     /* elements (bytes where the element is a byte) */
};

/* How to find the caller's frame at one program counter: the canonical frame address (CFA) is the value of
 * %rsp before the call; the return address is at CFA-8. */
enum upstare_cfa_kind {
  UPSTARE_CFA_RSP = 0,       /* CFA = rsp + offset */
  UPSTARE_CFA_RBP = 1,       /* CFA = rbp + offset */
  UPSTARE_CFA_RBP_DEREF = 2, /* CFA = *(rbp + offset): realigned stacks */
  UPSTARE_CFA_UNKNOWN = 3    /* not understood: the thread goes on */
};
struct upstare_unwind {
  int32_t cfa_offset;
  int32_t rbp_offset; /* caller's rbp is at CFA + rbp_offset; 0: rbp still holds it; for CFA_RBP_DEREF: at
                         rbp + rbp_offset */
  uint32_t kind;      /* enum upstare_cfa_kind */
};

struct upstare_site {    /* sorted by address */
  uint32_t address;      /* executable: link-time address minus image_base; patch: offset in text */
  uint32_t cold;         /* likewise; 0 in a partial site */
  uint32_t cp;           /* continuation point, numbered over the whole image */
  uint32_t operands;     /* first of its operands in the operand table */
  uint32_t operand_count;
  uint32_t flags;        /* enum upstare_site_flags */
  uint32_t outer;        /* site that the cold label leads to in the same machine frame (the function was
                            inlined); UPSTARE_NONE: the machine frame returns; for a partial site: the next one */
  struct upstare_unwind unwind; /* at the site */
};

enum upstare_operand_kind {
  UPSTARE_OP_REGISTER = 0, /* base = hardware number 0..15 (rax rcx rdx rbx rsp rbp rsi rdi r8..r15) */
  UPSTARE_OP_XMM = 1,      /* base = 0..15 */
  UPSTARE_OP_MEMORY = 2,   /* base + index*scale + displacement; base/index 255 = none */
  UPSTARE_OP_IMMEDIATE = 3,/* displacement, sign-extended to 64 bits */
  UPSTARE_OP_IMAGE = 4     /* memory at image address displacement (a constant pool, a global) */
};
struct upstare_operand {
  uint8_t kind, base, index, scale;
  int32_t displacement;
};

/* What a return address leads to: from it straight code reaches a site, or the end of the function without a
 * site (a call in tail position that left a frame).  A return address that is not listed is foreign. */
struct upstare_return {  /* sorted by address */
  uint32_t address;      /* as upstare_site.address */
  uint32_t site;         /* index of the site; UPSTARE_NONE: tail position, this frame has nothing to save */
  struct upstare_unwind unwind; /* at the return address, with the callee gone */
};

/* An image: the code of one version, as an executable or as a patch. */
struct upstare_image {
  uint64_t image_base;             /* executable: link-time address that image addresses count from; else 0 */
  uint64_t image_size;             /* bytes of the address range that holds its text */
  struct upstare_span sites;       /* struct upstare_site */
  struct upstare_span operands;    /* struct upstare_operand */
  struct upstare_span returns;     /* struct upstare_return */
};

/* A continuation point of a version, for messages and for restoring (numbered over the whole image). */
struct upstare_point {
  uint32_t function; /* string */
  uint32_t file;     /* string */
  uint32_t line;
  uint32_t variables; /* how many operands its sites have in all */
  uint32_t clone;     /* restore clone: offset in text (new version only; else UPSTARE_NONE) */
  uint32_t resume;    /* what the clone's continuation switch expects in upstare_frame.cp (new version only) */
  uint32_t frame_size;/* bytes of upstare_frame.values that the clone reads (new version only) */
  uint32_t flags;     /* enum upstare_point_flags */
  uint32_t owner;     /* number of its function: the same for all points of one (new version only) */
  uint32_t callee;    /* number of the function that it calls; UPSTARE_NONE: not known, or none of the program's */
};
enum upstare_point_flags {
  UPSTARE_POINT_LOOP = 1,      /* loop head: no call */
  UPSTARE_POINT_KEEP_FRAME = 2 /* the old frame holds memory that no operand names (alloca, va_list areas,
                                  compound literals): keep all of it, not only its escaped objects */
};

/* Continuation mapping with the stack transformer: one per point of the old version. */
struct upstare_map {
  uint32_t point;   /* point of the new version; UPSTARE_NONE: unmapped */
  uint32_t reason;  /* string: why unmapped; else 0 */
  uint32_t moves;   /* first in the move table */
  uint32_t move_count;
  uint32_t old_values; /* bytes of old values that are converted */
  uint32_t group;   /* first of the groups whose innermost old point it is, UPSTARE_NONE; a group goes before the map */
};

/* Frames that become others as the user's map says: several old frames one new one, one several, or a frame one of
 * another function.  Groups with the same innermost old point follow each other, those with more old frames first.  The
 * first whose old points are those of the stack counts. */
struct upstare_group {
  uint32_t old_count, new_count;
  uint32_t points;      /* first in the table of group points: the old ones, then the new ones, each innermost first */
  uint32_t pieces;      /* first in the table of pieces, which are sorted by the old frame */
  uint32_t piece_count;
  uint32_t old_values;  /* bytes of old values of all its frames */
  uint32_t flags;       /* enum upstare_group_flags */
  uint32_t pad;
};
enum upstare_group_flags {
  UPSTARE_GROUP_ELSEWHERE = 1,   /* its outermost new frame is of another function: the caller must call that one */
  UPSTARE_GROUP_OTHER_CALLEE = 2 /* its innermost new frame calls another function: the next frame must be of that */
};
struct upstare_piece { /* what a new frame of a group takes from an old one: numbers in the group, innermost first */
  uint32_t from, to;
  uint32_t moves;      /* first in the move table */
  uint32_t move_count;
};

enum upstare_move_kind {
  UPSTARE_MOVE_VALUE = 0,   /* size bytes of the operand's value */
  UPSTARE_MOVE_ADDRESS = 1, /* the address of the operand (escaped: it keeps its place); size bytes long there */
  UPSTARE_MOVE_CONSTANT = 2,/* size bytes from the constants pool at operand */
  UPSTARE_MOVE_OLD = 3,     /* size bytes of the operand's value, to the frame's old values: part of what is converted */
  UPSTARE_MOVE_CONVERT = 4, /* size bytes of the old values at operand are converted to a value of the type */
  UPSTARE_MOVE_MOVED = 5,   /* the address of new storage for the operand, an escaped object that is converted */
  UPSTARE_MOVE_COMPUTE = 6, /* size bytes that void f(const void *old_values, void *value) writes; operand: offset of f in text */
  UPSTARE_MOVE_LENGTH = 7,  /* nothing moves: void f(const void *old_values, struct upstare_array *) says how many elements of the
                               type a pointer leads to; operand: offset of f in text */
  UPSTARE_MOVE_LOOK = 8,    /* nothing moves: data of the type lie in the old values at `to`, and have pointers with a length */
  UPSTARE_MOVE_STORAGE = 9  /* the address of new storage for an escaped object that the old version does not have: size bytes that
                               void f(const void *old_values, void *value) writes; operand: offset of f in text */
};
struct upstare_move {
  uint32_t operand; /* number among the point's operands; MOVE_CONSTANT: offset in the pool; MOVE_CONVERT: offset in
                       the old values */
  uint32_t kind;    /* enum upstare_move_kind */
  uint32_t size;    /* bytes of the value (of the object, for an address) */
  uint32_t to;      /* offset in upstare_frame.values; MOVE_OLD: in the old values */
  uint32_t type;    /* of what is converted, or may hold pointers to objects that move; UPSTARE_NONE */
  uint32_t pad;
};

/* Types of data, in a patch that converts some: where data and pointers are in both versions. */
enum upstare_type_kind {
  UPSTARE_TYPE_PLAIN = 0,   /* no pointers to data */
  UPSTARE_TYPE_POINTER = 1,
  UPSTARE_TYPE_RECORD = 2,  /* a struct or an array: its parts */
  UPSTARE_TYPE_UNSURE = 3,  /* a union: may hold pointers, nobody knows which */
  UPSTARE_TYPE_CHOICE = 4   /* a union in a record, which says which part is there: parts are those that can be */
};
enum upstare_type_flags {
  UPSTARE_TYPE_CHANGED = 1, /* old data are no new data */
  UPSTARE_TYPE_POINTERS = 2, /* data of it can hold pointers */
  UPSTARE_TYPE_LENGTHS = 4, /* it, or a part of it, has lengths */
  UPSTARE_TYPE_COUNTED = 8  /* some length is that of an array of it */
};
struct upstare_type {
  uint32_t name;        /* string */
  uint32_t kind;        /* enum upstare_type_kind */
  uint32_t old_size, new_size;
  uint32_t parts, part_count;
  uint32_t target;      /* POINTER: the type that it leads to; UPSTARE_NONE: anything */
  uint32_t transformer; /* offset in text: void (const void *from, void *to, unsigned long size); UPSTARE_NONE; of a
                           CHOICE: unsigned long (const void *record), the number of the part in the old record */
  uint32_t flags;       /* enum upstare_type_flags */
  uint32_t alignment;
  uint32_t lengths, length_count; /* of the pointers in it */
};
struct upstare_length { /* how many elements a pointer leads to, as the user's map says */
  uint32_t type;        /* of an element; UPSTARE_NONE: it is no pointer, but the array without a size that the record ends in */
  uint32_t code;        /* offset in text: void (const void *record, struct upstare_array *) */
};
struct upstare_array {  /* what such code says of the old version's data */
  uint64_t at;
  int64_t count;        /* elements that hold something */
  int64_t room;         /* elements that there is memory for */
};
struct upstare_part {   /* `count` data of a type, one after the other, that both versions have */
  uint32_t old_offset, new_offset;
  uint32_t count;       /* UPSTARE_NONE: to the end of the object */
  uint32_t type;
};
enum upstare_variable_flags {
  UPSTARE_VARIABLE_CONST = 1, /* what the new place holds is the new version's own; the old one may be read-only */
  UPSTARE_VARIABLE_TEXT = 2,  /* the new place is in text */
  UPSTARE_VARIABLE_TLS = 4    /* thread-local: the new place is in the patch's thread-local data */
};
struct upstare_variable { /* an old variable that the new version has, too */
  uint32_t entity;      /* of the OLD version */
  uint32_t type;
  uint32_t place;       /* of its new storage: offset in the segment; UPSTARE_NONE: it stays */
  uint32_t flags;       /* enum upstare_variable_flags */
  uint32_t size;        /* bytes of the old one: more than its type's where that ends in an array without a size */
  uint32_t pad;
};
struct upstare_heap_type { /* objects on the heap of a type that changed, or may hold pointers to objects that move */
  uint32_t key;         /* as recorded at the allocation */
  uint32_t type;        /* of one element */
  uint32_t new_key;     /* by which the new version knows the type */
  uint32_t pad;
};

/* What the user's map adds to the data transformers, in this order. */
enum upstare_step_kind {
  UPSTARE_STEP_BEFORE = 0, /* void (void): before the first data transformer; may refuse the update */
  UPSTARE_STEP_VALUE = 1,  /* void (void *value): computes the value of a variable */
  UPSTARE_STEP_AFTER = 2,  /* void (void): after the last one, when the data are those of the new version */
  UPSTARE_STEP_LENGTH = 3  /* void (struct upstare_array *): how many elements of the type a variable leads to; before anything is converted */
};
struct upstare_step {
  uint32_t kind;   /* enum upstare_step_kind */
  uint32_t code;   /* offset in text */
  uint32_t entity; /* VALUE: the variable of the OLD version that gets it in its place; UPSTARE_NONE: */
  uint32_t place;  /* VALUE: the variable lies at this offset in data */
  uint32_t size;   /* VALUE: bytes */
  uint32_t type;   /* VALUE: of the value, where it can hold pointers to objects that move; UPSTARE_NONE */
};

/* Relocations.  place counts in the segment; S is the target's address, A the addend, P the place's address. */
enum upstare_segment { UPSTARE_SEG_TEXT = 0, UPSTARE_SEG_DATA = 1, UPSTARE_SEG_INIT = 2, UPSTARE_SEG_TLS = 3 };
enum upstare_reloc_kind {
  UPSTARE_REL_ABS64 = 0,  /* S+A, 8 bytes */
  UPSTARE_REL_PC32 = 1,   /* S+A-P, 4 bytes */
  UPSTARE_REL_TPOFF64 = 2,/* offset from the thread pointer of a TLS entity or import, +A, 8 bytes */
  UPSTARE_REL_TPOFF32 = 3 /* likewise, 4 bytes */
};
enum upstare_target {
  UPSTARE_TO_TEXT = 0,   /* offset in text */
  UPSTARE_TO_DATA = 1,   /* offset in data */
  UPSTARE_TO_ENTITY = 2, /* entity of the OLD version (the registry of the running program) */
  UPSTARE_TO_IMPORT = 3, /* symbol of the runtime or of a shared library, by name */
  UPSTARE_TO_TLS = 4     /* offset in the patch's thread-local data */
};
struct upstare_reloc {
  uint32_t place;
  uint8_t segment, kind, target, zero;
  uint32_t index; /* offset, entity or import, by target */
  uint32_t pad;
  int64_t addend;
};

struct upstare_import {
  uint32_t name;  /* string; names that start with __upstare_ are the runtime's own */
  uint32_t flags; /* 1: weak (0 when absent), 2: TLS */
};

/* The registry.  old_entities says where the old executable has its entities; it is used only when the process
 * still runs that executable (otherwise the runtime has the registry from the patch that brought the version). */
struct upstare_entity {
  uint64_t address; /* link-time minus image_base; TLS: offset from the thread pointer (negative); absent: ~0 */
  uint32_t kind;    /* enum upstare_entity_kind */
  uint32_t name;    /* string, for messages */
};
enum upstare_bind_kind { UPSTARE_BIND_OLD = 0, UPSTARE_BIND_TEXT = 1, UPSTARE_BIND_DATA = 2, UPSTARE_BIND_ABSENT = 3, UPSTARE_BIND_TLS = 4 };
struct upstare_bind { /* one per entity of the NEW version, in its order */
  uint32_t kind;      /* enum upstare_bind_kind */
  uint32_t index;     /* old entity, or offset in the segment */
  uint32_t entity_kind; /* enum upstare_entity_kind */
  uint32_t name;      /* string */
};

struct upstare_redirect { /* the entry of an old function, or an old label, jumps to the new one from the commit on */
  uint32_t entity;        /* of the OLD version */
  uint32_t text;          /* offset in text */
};

/* Initial-value rule: a variable that stays in place and whose initialiser changed takes the new bytes, always
 * (const) or if it still holds the old ones.  The bytes lie in the init segment, which can have relocations. */
struct upstare_init {
  uint32_t entity; /* of the OLD version */
  uint32_t size;
  uint32_t old_bytes; /* offset in the init segment */
  uint32_t new_bytes;
  uint32_t flags; /* 1: const, the place may be read-only */
  uint32_t pad;
};

struct upstare_patch {
  char magic[8];
  uint32_t abi;
  uint32_t size;          /* of the blob */
  uint64_t checksum;      /* FNV-1a, 64 bits, over the blob with this field 0 */
  uint32_t from_id_size, to_id_size;
  uint8_t from_id[UPSTARE_ID_MAX]; /* build-id of the version it applies to */
  uint8_t to_id[UPSTARE_ID_MAX];   /* build-id of the version it makes */
  uint32_t from_name, to_name;     /* strings: file names of the executables, for status */
  uint32_t text_align, data_align;
  uint32_t data_zero;     /* zero bytes after the data segment's own */
  uint32_t flag_offset;   /* of the new image's poll flag (one byte) in data; UPSTARE_NONE: trap mode only */
  uint32_t eh_frame;      /* offset in text of its .eh_frame (zero-terminated); UPSTARE_NONE: none */
  uint32_t tls_size;      /* bytes of thread-local data: they lie in room that every thread has for them, aligned to 64 */
  struct upstare_span strings;      /* bytes; offset 0 is the empty string */
  struct upstare_span text, data, init_bytes, constants; /* bytes */
  struct upstare_span relocs;       /* struct upstare_reloc */
  struct upstare_span imports;      /* struct upstare_import */
  struct upstare_span old_entities; /* struct upstare_entity */
  struct upstare_span binds;        /* struct upstare_bind */
  struct upstare_span redirects;    /* struct upstare_redirect */
  struct upstare_span inits;        /* struct upstare_init */
  struct upstare_span old_points;   /* struct upstare_point */
  struct upstare_span new_points;   /* struct upstare_point */
  struct upstare_span maps;         /* struct upstare_map, one per old point */
  struct upstare_span moves;        /* struct upstare_move */
  struct upstare_span symfile;      /* bytes: an ELF relocatable file with .text (NOBITS), .symtab, .strtab for
                                       debuggers; sh_addr of .text is filled in at load */
  struct upstare_span types;        /* struct upstare_type */
  struct upstare_span parts;        /* struct upstare_part */
  struct upstare_span variables;    /* struct upstare_variable */
  struct upstare_span heap_types;   /* struct upstare_heap_type, sorted by key */
  struct upstare_span groups;       /* struct upstare_group */
  struct upstare_span group_points; /* uint32_t */
  struct upstare_span pieces;       /* struct upstare_piece */
  struct upstare_span steps;        /* struct upstare_step, sorted by kind */
  struct upstare_span tls;          /* bytes: initial values of thread-local data; the rest is zero */
  struct upstare_span lengths;      /* struct upstare_length */
  struct upstare_image old_image;   /* tables of the old executable's code */
  struct upstare_image new_image;   /* tables of the patch's own code */
};

/* ---- 3. What generated code calls ----------------------------------------------------------------------
 *
 * A restore clone is `R name(void)`.  It asks for its frame, jumps to the resume label, loads its variables
 * from values[] and either goes on after the call (in_call == 0) or calls the clone of the next inner frame. */
struct upstare_frame {
  uint32_t cp;      /* upstare_point.resume */
  uint32_t in_call; /* 1: suspended in the call: rebuild the callee first; 0: the call is over, or a loop head */
  uint8_t values[];
};
struct upstare_frame *__upstare_frame(void); /* the frame of the clone that asks; called once, first thing */
void *__upstare_next(void);                  /* address of the clone of the next inner frame */
void __upstare_refuse(const char *reason);   /* a data transformer cannot convert a value: the update must not take place */

#define UPSTARE_ASSERT_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)
UPSTARE_ASSERT_SIZE(struct upstare_unwind, 12);
UPSTARE_ASSERT_SIZE(struct upstare_site, 40);
UPSTARE_ASSERT_SIZE(struct upstare_operand, 8);
UPSTARE_ASSERT_SIZE(struct upstare_return, 20);
UPSTARE_ASSERT_SIZE(struct upstare_image, 40);
UPSTARE_ASSERT_SIZE(struct upstare_point, 40);
UPSTARE_ASSERT_SIZE(struct upstare_map, 24);
UPSTARE_ASSERT_SIZE(struct upstare_group, 32);
UPSTARE_ASSERT_SIZE(struct upstare_piece, 16);
UPSTARE_ASSERT_SIZE(struct upstare_move, 24);
UPSTARE_ASSERT_SIZE(struct upstare_type, 48);
UPSTARE_ASSERT_SIZE(struct upstare_length, 8);
UPSTARE_ASSERT_SIZE(struct upstare_array, 24);
UPSTARE_ASSERT_SIZE(struct upstare_part, 16);
UPSTARE_ASSERT_SIZE(struct upstare_variable, 24);
UPSTARE_ASSERT_SIZE(struct upstare_heap_type, 16);
UPSTARE_ASSERT_SIZE(struct upstare_step, 24);
UPSTARE_ASSERT_SIZE(struct upstare_reloc, 24);
UPSTARE_ASSERT_SIZE(struct upstare_import, 8);
UPSTARE_ASSERT_SIZE(struct upstare_entity, 16);
UPSTARE_ASSERT_SIZE(struct upstare_bind, 16);
UPSTARE_ASSERT_SIZE(struct upstare_redirect, 8);
UPSTARE_ASSERT_SIZE(struct upstare_init, 24);
UPSTARE_ASSERT_SIZE(struct upstare_patch, 24 + 8 + 64 + 8 + 8 + 16 + 26 * 8 + 80);
#endif
