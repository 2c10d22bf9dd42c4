/* errors.h - the outcomes of errors.def and the fault points of faults.def as enums. */
#ifndef UPS_ERRORS_H
#define UPS_ERRORS_H
#include <stdbool.h>

enum ups_error {
#define ERROR(name, word, text) UPS_##name,
#include "errors.def"
#undef ERROR
  UPS_ERROR_COUNT,
  UPS_DEADLINE = UPS_ERROR_COUNT /* only in replies */
};
enum ups_fault {
#define FAULT(name, text) UPS_FAULT_##name,
#include "faults.def"
#undef FAULT
  UPS_FAULT_COUNT
};

/* First line of the reply. */
const char *ups_error_word(enum ups_error error);
/* What went wrong, in words. */
const char *ups_error_text(enum ups_error error);
/* Does UPSTARE_FAULT name this place? */
bool ups_fault(enum ups_fault fault);
/* Chooses the fault point by name (at start); an unknown name chooses none and returns false. */
bool ups_fault_choose(const char *name);
#endif
