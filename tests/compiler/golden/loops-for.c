#include "golden.h"

/* continue must still reach the step. */
int steps (int n)
{
  int sum = 0, i;
  for (i = 0; i < n; i += 1 + ask (i) % 2)
    {
      if (i == 3)
        continue;
      sum += i;
    }
  return sum;
}

int conditions (int n)
{
  int sum = 0;
  for (int i = ask (n); ask (i) != 3; i++)
    sum += i;
  return sum;
}

int main (void)
{
  printf ("%d\n", steps (9));
  printf ("%d\n", conditions (5));
  return 0;
}
