#include "golden.h"

int both (int a, int b)
{
  return ask (a) && ask (b);
}

int either (int a, int b)
{
  if (a > 3 || ask (b) == 2 || a < 0)
    return 1;
  return 0;
}

int main (void)
{
  int i;
  for (i = 0; i < 6; i++)
    printf ("%d %d\n", both (i, i + 1), either (i, i + 2));
  return 0;
}
