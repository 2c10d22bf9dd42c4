/* executable.h - what the runtime knows of the executable it is linked into: its own program headers. */
#ifndef UPS_EXECUTABLE_H
#define UPS_EXECUTABLE_H
#include <elf.h>
#include <stdbool.h>
#include <stdint.h>

/* Runtime address minus link-time address. */
uintptr_t ups_executable_bias(void);
/* Is it position independent? */
bool ups_executable_pie(void);
/* The address range of all its segments. */
void ups_executable_range(uintptr_t *low, uintptr_t *high);
/* The segment that holds an address, or 0. */
const Elf64_Phdr *ups_executable_segment(uintptr_t address);
/* Is the address in the part that the loader made read-only after relocation? */
bool ups_executable_relro(uintptr_t address);
/* A program header by number, or 0 past the end. */
const Elf64_Phdr *ups_executable_header(unsigned i);
/* Copies its build-id (at most `room` bytes) and returns its length; 0: it has none. */
uint32_t ups_executable_id(uint8_t *id, uint32_t room);
/* Its dynamic section, or 0. */
const Elf64_Dyn *ups_executable_dynamic(void);
#endif
