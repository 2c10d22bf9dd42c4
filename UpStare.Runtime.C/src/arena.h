/* arena.h - the address range for the code and data of later versions, reserved at start. */
#ifndef UPS_ARENA_H
#define UPS_ARENA_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reserves the range within 2 GB of the executable.  False: nothing could be had; updates are refused. */
bool ups_arena_reserve(void);
/* Room for text (read-execute; write it through ups_arena_alias) and data (zeroed, read-write).  0: full. */
uintptr_t ups_arena_text(size_t size);
uintptr_t ups_arena_data(size_t size);
/* Where the arrangement stands, and back to it: a patch that is not taken gives its room back. */
void ups_arena_mark(size_t *text, size_t *data);
void ups_arena_release(size_t text, size_t data);
/* Where to write the byte that runs at an address; 0: not in the arena, or not writable in this process. */
uint8_t *ups_arena_alias(uintptr_t address);
/* Is the address in the arena's text? */
bool ups_arena_holds(uintptr_t address);
/* Is the address in the arena's data, which can be written to? */
bool ups_arena_holds_data(uintptr_t address);
/* Without a memfd the text is private memory: makes a range executable once it is written. */
bool ups_arena_seal(uintptr_t text, size_t size);
/* Is there code that a forked child would share?  It will. */
bool ups_arena_is_used(void);
void ups_arena_lend(void);
/* A copy of it, as a memory file; -1: there is no memory, or no descriptor. */
int ups_arena_copy(void);
/* In a forked child, which has no writable alias: it has that copy from now on, which is closed.  -1: it shares its parent's. */
void ups_arena_forked(int copy);
/* Before text is written to, with the lock: it is this process's alone from now on.  False: no copy of it could be made. */
bool ups_arena_own(void);
#endif
