/* arena.c - the arena is within 2 GB of the program; what is written through the alias can be executed; the place it
 * runs at is not writable, not even on request; room that is given back is empty. */
#include "arena.h"
#include "check.h"
#include "executable.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  uintptr_t low, high;
  size_t text_mark, data_mark;
  ups_executable_range(&low, &high);
  ups_arena_mark(&text_mark, &data_mark);
  uintptr_t text = ups_arena_text(5000), data = ups_arena_data(5000);
  CHECK(text && data, "no room");
  int64_t far = (int64_t)(text > low ? text - low : high - text), far_data = (int64_t)(data > low ? data - low : high - data);
  CHECK(far < 1ll << 31 && far_data < 1ll << 31, "%ld %ld", far, far_data);
  uint8_t *alias = ups_arena_alias(text);
  CHECK(alias != 0, "no memfd here?");
  static const uint8_t code[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* mov $42, %eax; ret */
  memcpy(alias, code, sizeof code);
  CHECK(((int (*)(void))text)() == 42, "code");
  CHECK(mprotect((void *)text, 4096, PROT_READ | PROT_WRITE) < 0, "the text can be made writable");
  CHECK(mprotect((void *)text, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) < 0, "the text can be made writable");
  CHECK(ups_arena_holds(text) && !ups_arena_holds((uintptr_t)&main), "holds");
  int status;
  pid_t child = fork();
  if (child == 0) { /* a child has no way to write, until it takes a copy */
    bool same = ((int (*)(void))text)() == 42 && !ups_arena_alias(text);
    uint8_t *own = ups_arena_own() ? ups_arena_alias(text) : 0;
    if (own)
      own[1] = 43;
    _exit(same && own && ((int (*)(void))text)() == 43 && mprotect((void *)text, 4096, PROT_READ | PROT_WRITE) < 0 ? 0 : 1);
  }
  waitpid(child, &status, 0);
  CHECK(status == 0, "in the child: %x", status);
  CHECK(((int (*)(void))text)() == 42, "a child has written the parent's code");
  int ready[2];
  char c = 0;
  CHECK(pipe(ready) == 0, "pipe");
  if ((child = fork()) == 0) { /* another runs what was there when it was forked */
    ssize_t n = read(ready[0], &c, 1);
    _exit(n == 1 && ((int (*)(void))text)() == 42 ? 0 : 1);
  }
  CHECK(ups_arena_own(), "no copy");
  uint8_t *old = alias;
  alias = ups_arena_alias(text);
  CHECK(alias && (alias == old || mprotect(old, 4096, PROT_READ) < 0), "two ways to write");
  alias[1] = 44;
  CHECK(((int (*)(void))text)() == 44, "what was written does not run");
  CHECK(write(ready[1], &c, 1) == 1, "write");
  waitpid(child, &status, 0);
  CHECK(status == 0, "the parent has written the child's code: %x", status);
  CHECK(ups_arena_own() && ups_arena_alias(text) == alias, "a copy of what is not shared");
  alias[1] = 42;
  if ((child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) == 0) /* one that libc did not fork runs the code, but cannot write it */
    _exit(((int (*)(void))text)() == 42 && mprotect(alias, 4096, PROT_READ) < 0 && errno == ENOMEM ? 0 : 1);
  waitpid(child, &status, 0);
  CHECK(status == 0, "in the raw clone: %x", status);
  memset((void *)data, 7, 5000);
  ups_arena_release(text_mark, data_mark);
  uintptr_t again = ups_arena_data(5000);
  CHECK(again == data && *(char *)again == 0 && ((char *)again)[4999] == 0, "not empty");
  return RESULT();
}
