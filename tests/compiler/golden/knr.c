#include "golden.h"

int old_style (a, b, p)
     int a;
     short b;
     int *p;
{
  a += ask (b);
  *p = ask (a);
  return a + b;
}

int main (void)
{
  int x = 0;
  printf ("%d\n", old_style (1, 2, &x));
  printf ("%d\n", x);
  return 0;
}
