#include "golden.h"

/* continue must still reach the condition. */
int again (int x)
{
  int n = 0;
  do
    {
      if (++n % 2)
        continue;
      x++;
    }
  while (ask (x) != 3);
  return n;
}

void once (int x)
{
  do
    tell (x);
  while (0);
}

int main (void)
{
  printf ("%d\n", again (2));
  once (3);
  return 0;
}
