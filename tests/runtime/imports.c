/* imports.c - ups_symbol finds what dlsym finds: plain functions, IFUNCs, default versions, copy-relocated data, weak
 * aliases; and it finds nothing where there is nothing. */
#include "check.h"
#include "symbols.h"
#include "state.h"
#include <dlfcn.h>
#include <string.h>

int main(void) {
  static const char *const names[] = {"printf", "malloc", "memcpy",  "strlen", "strchr", "memmove", "qsort", "pthread_create",
                                      "stdout", "stderr", "environ", "select", "glob",   "sigaction", "fopen", "realpath",
                                      "clock_gettime", "time", "gettimeofday", "getcpu"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    uintptr_t ours = 0;
    enum ups_lookup found = ups_symbol(names[i], false, &ours);
    CHECK(found == UPS_FOUND, "%s", names[i]);
    void *theirs = dlsym(RTLD_DEFAULT, names[i]);
    /* an IFUNC may be resolved anew: what counts is that it is the same function */
    CHECK((void *)ours == theirs, "%s: %p, dlsym says %p", names[i], (void *)ours, theirs);
  }
  uintptr_t address = 0;
  CHECK(ups_symbol("no_such_symbol_at_all", false, &address) == UPS_ABSENT, "found");
  CHECK(ups_symbol("", false, &address) == UPS_ABSENT, "found");
  CHECK(ups_symbol("__upstare_no_such", false, &address) == UPS_ABSENT, "found");
  CHECK(ups_symbol("__upstare_frame", false, &address) == UPS_FOUND && address == (uintptr_t)__upstare_frame, "%lx", address);
  CHECK(ups_symbol("__upstare_select", false, &address) == UPS_FOUND, "wrapper");
  uintptr_t offset;
  const char *library = ups_symbol_library((uintptr_t)dlsym(RTLD_DEFAULT, "puts"), &offset);
  CHECK(library && strstr(library, "libc"), "%s", library ? library : "none");
  return RESULT();
}
