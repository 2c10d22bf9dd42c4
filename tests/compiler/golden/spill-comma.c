#include "golden.h"

int last (int a, int b)
{
  a = (tell (a), b++, ask (b));
  return a + b;
}

int main (void)
{
  printf ("%d\n", last (1, 2));
  return 0;
}
