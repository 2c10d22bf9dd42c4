#include <stdlib.h>
#include "golden.h"

/* Program functions return while a stack is unrolled: none of them may promise not to. */
__attribute__ ((noreturn)) static void fail (int x)
{
  tell (x);
  exit (0);
}

_Noreturn void never (int x)
{
  fail (x);
}

static inline int *where (int *p) __attribute__ ((returns_nonnull));

static inline int *where (int *p)
{
  return place (p);
}

int main (void)
{
  int x = 3;
  never (*where (&x));
}
