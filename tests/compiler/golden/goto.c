#include "golden.h"

int retry (int x)
{
  int tries = 0;
again:
  tries++;
  if (ask (x + tries) > 2)
    goto again;
  if (x < 0)
    goto out;
  tell (tries);
out:
  return tries;
}

int main (void)
{
  printf ("%d\n", retry (1));
  return 0;
}
