#include "golden.h"

int several (int x)
{
  int a = 1, b = ask (x), *p = &b, v[2] = { a, ask (b) };
  static int kept = 5;
  int unset;
  unset = ask (*p);
  kept += unset;
  return a + b + v[1] + kept;
}

int main (void)
{
  printf ("%d\n", several (2));
  return 0;
}
