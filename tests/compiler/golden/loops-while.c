#include "golden.h"

int until (int x)
{
  int n = 0;
  while (ask (x + n))
    n++;
  return n;
}

int skipping (int x)
{
  int n = 0;
  while ((n = ask (n + x)) != 3)
    {
      if (n == 5)
        continue;
      x++;
      if (x > 40)
        break;
    }
  return x;
}

int main (void)
{
  printf ("%d\n", until (1));
  printf ("%d\n", skipping (2));
  return 0;
}
