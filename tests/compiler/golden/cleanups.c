#include "golden.h"

#define CLEANUP(f) __attribute__ ((cleanup (f)))

static void drop (int *p) { tell (*p); }
static void forget (int *p) { *p = 0; }

int leave (int x)
{
  int a CLEANUP (drop) = ask (x), b CLEANUP (forget) = x;
  if (a > 3)
    return a + b;
  while (x < 9)
    {
      CLEANUP (drop) int c = x++;
      if (c == 5)
        continue;
      if (ask (c) == 1)
        break;
      if (c == 7)
        goto out;
    }
  for (CLEANUP (drop) int i = 0; i < 2; i++)
    b += ({ CLEANUP (drop) int d = i; d + 1; });
out:
  return ask (b);
}

void none (int x)
{
  CLEANUP (forget) int a = x;
  a++;
}

int main (void)
{
  printf ("%d\n", leave (1) + leave (2));
  none (3);
  return 0;
}
