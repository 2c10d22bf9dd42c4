/* Jumps past the declaration of an escaped local, into its scope. */
#include "golden.h"

static void fill (long *to, int x) { *to = ask (x); }

static long into_block (int n)
{
  long sum = 0;
  if (n)
    goto inside;
  {
    long x = 1;
    fill (&x, 1);
inside:
    fill (&x, 2);
    sum += x;
    if (n-- > 1)
      goto inside;
  }
  return sum;
}

static long head_of_switch (int n)
{
  switch (ask (n))
    {
      long x;
    case 1:
      fill (&x, 1);
      return x;
    default:
      return 0;
    }
}

int main (void)
{
  tell (into_block (0) + into_block (2));
  tell (head_of_switch (1) + head_of_switch (3));
  return 0;
}
