#include <setjmp.h>
#include "golden.h"

static jmp_buf global;

static void leave (int x)
{
  tell (x);
  longjmp (global, x);
}

int guarded (int n)
{
  int tries = n * 2;
  int code = setjmp (global);
  if (code > 2)
    return code + tries;
  leave (code + 1);
  return 0;
}

int local (int n)
{
  jmp_buf buffer;
  if (setjmp (buffer) != 0)
    return n;
  tell (n);
  longjmp (buffer, 1);
}

int main (void)
{
  printf ("%d\n", guarded (4));
  printf ("%d\n", local (5));
  return 0;
}
