/* symbols.h - finding the symbols that a patch imports. */
#ifndef UPS_SYMBOLS_H
#define UPS_SYMBOLS_H
#include <stdbool.h>
#include <stdint.h>

enum ups_lookup { UPS_FOUND, UPS_ABSENT, UPS_LIST_CHANGING };

/* Finds a symbol of the runtime (names that start with __upstare_), of the executable or of a library.  For a TLS
 * symbol (tls) the result is its offset from the thread pointer. */
enum ups_lookup ups_symbol(const char *name, bool tls, uintptr_t *address);
/* The function that libraries of the start reach by a name; without the executable's own, what they would reach. 0: none. */
uintptr_t ups_symbol_of_libraries(const char *name, bool executable_too);
/* The library whose code is at an address: its file name, and the offset in it.  0: none. */
const char *ups_symbol_library(uintptr_t address, uintptr_t *offset);
#endif
