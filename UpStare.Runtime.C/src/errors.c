/* errors.c - the tables behind errors.def and faults.def. */
#include "errors.h"
#include "sys.h"

static const char *const words[] = {
#define ERROR(name, word, text) word,
#include "errors.def"
#undef ERROR
    "deadline"};
static const char *const texts[] = {
#define ERROR(name, word, text) text,
#include "errors.def"
#undef ERROR
    "the deadline passed; the program goes on in the old version"};
static const char *const faults[] = {
#define FAULT(name, text) text,
#include "faults.def"
#undef FAULT
};
/* Constant after start, so that the roll-back torture sees no change in .data. */
static int chosen = -1;

/* First line of the reply. */
const char *ups_error_word(enum ups_error error) { return words[error]; }

/* What went wrong, in words. */
const char *ups_error_text(enum ups_error error) { return texts[error]; }

/* Is this the fault point that was chosen? */
bool ups_fault(enum ups_fault fault) { return (int)fault == chosen; }

/* Chooses the fault point. */
bool ups_fault_choose(const char *name) {
  for (int i = 0; i < UPS_FAULT_COUNT; i++)
    if (ups_equal(name, faults[i])) {
      chosen = i;
      return true;
    }
  return false;
}
