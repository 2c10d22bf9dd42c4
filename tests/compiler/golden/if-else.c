#include "golden.h"

/* Braces only where a statement grew, or where an else could go astray. */
int branches (int x)
{
  if (ask (x))
    x++;
  else if (ask (x + 1))
    tell (x);
  else
    x = ask (x);
  if (x > 1)
    if (x > 2)
      tell (x);
    else
      tell (0);
  return x;
}

int main (void)
{
  int i;
  for (i = 0; i < 5; i++)
    printf ("%d\n", branches (i));
  return 0;
}
