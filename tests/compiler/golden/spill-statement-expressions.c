#include "golden.h"

int block (int a)
{
  int x = ({ int t = ask (a); t + 1; });
  ({ tell (x); });
  return x;
}

int main (void)
{
  printf ("%d\n", block (3));
  return 0;
}
