/* check.h - CHECK(condition, format, ...) counts and prints failures; RESULT() ends main. */
#ifndef CHECK_H
#define CHECK_H
#include <stdio.h>

static int failures;
#define CHECK(condition, ...)                                                                                \
  do                                                                                                         \
    if (!(condition)) {                                                                                      \
      printf("%s:%d: %s: ", __FILE__, __LINE__, #condition);                                                 \
      printf(__VA_ARGS__);                                                                                   \
      putchar('\n');                                                                                         \
      failures++;                                                                                            \
    }                                                                                                        \
  while (0)
#define RESULT() (failures ? 1 : (puts("ok"), 0))
#endif
