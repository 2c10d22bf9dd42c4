/* call_text.c - the table of system calls that can be taken back: each entry tells where one is, and no two are in the same place. */
#include "blocking_call.h"
#include "check.h"

extern const struct ups_call_text __start_upstare_calls[], __stop_upstare_calls[];

static void check_entry(const struct ups_call_text *t) {
  uintptr_t begin = ups_call_place(&t->begin), first = ups_call_place(&t->first), enter = ups_call_place(&t->enter);
  uintptr_t done = ups_call_place(&t->done), settled = ups_call_place(&t->settled);
  long number = t - __start_upstare_calls;
  CHECK(begin <= first && first < enter && enter - begin < 64, "entry %ld: %lx %lx %lx", number, begin, first, enter);
  CHECK(*(const uint8_t *)enter == 0x0f && *(const uint8_t *)(enter + 1) == 0x05 && done == enter + 2, "entry %ld: no syscall at %lx", number, enter);
  CHECK(settled > done && settled - done < 8, "entry %ld: %lx %lx", number, done, settled);
  for (uintptr_t pc = begin; pc <= settled; pc++)
    CHECK(ups_call_text(pc) == t, "entry %ld: not found at %lx", number, pc);
  CHECK(ups_call_text(begin - 1) != t && ups_call_text(settled + 1) != t, "entry %ld: found beside it", number);
  CHECK(!ups_call_text(ups_call_place(&t->cancel)) && !ups_call_text(ups_call_place(&t->cut)), "entry %ld: the ways on are in it", number);
  CHECK(ups_call_begins(t, begin) && ups_call_begins(t, enter) && !ups_call_begins(t, done), "entry %ld: begins", number);
  CHECK(ups_call_is_done(t, done) && !ups_call_is_done(t, enter) && !ups_call_is_done(t, settled), "entry %ld: is done", number);
}

int main(void) {
  /* What every program has: the calls of blocking_call.c.  A read and a send have one for threads that can be cancelled besides. */
  volatile uintptr_t wanted = (uintptr_t)__upstare_read + (uintptr_t)__upstare_sendto;
  long entries = __stop_upstare_calls - __start_upstare_calls;
  CHECK(wanted && entries >= 8, "%ld entries", entries);
  for (const struct ups_call_text *t = __start_upstare_calls; t < __stop_upstare_calls; t++)
    check_entry(t);
  CHECK(!ups_call_text((uintptr_t)main) && !ups_call_text(0), "found where none is");
  return RESULT();
}
