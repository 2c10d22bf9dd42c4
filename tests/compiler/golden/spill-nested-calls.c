#include "golden.h"

/* All that is computed before the last call is kept in a temporary, what comes after it is not. */
int nested (int a, int i, int *v)
{
  int x;
  x = v[i++] + ask (ask (a));
  return x + ask (i) * 2 - v[i];
}

/* gcc computes arguments from right to left, and the right operand first where the left one is a plain variable. */
int ordered (int a, int b)
{
  tell (a);
  a = b + ask (a);
  printf ("%d %d\n", ask (a), ask (b));
  return a;
}

int main (void)
{
  int v[] = { 1, 2, 3, 4 };
  printf ("%d\n", nested (4, 1, v));
  printf ("%d\n", ordered (5, 6));
  return 0;
}
