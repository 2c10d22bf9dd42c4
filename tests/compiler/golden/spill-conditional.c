#include "golden.h"

int choose (int c, int a, int b)
{
  return c ? ask (a) : b;
}

int otherwise (int a, int b)
{
  int x = ask (a) ?: ask (b);
  return x;
}

void effect (int c)
{
  c > 1 ? tell (c) : (void) 0;
}

int main (void)
{
  int i;
  for (i = 0; i < 4; i++)
    {
      effect (i);
      printf ("%d %d\n", choose (i % 2, i, i + 1), otherwise (i, i + 1));
    }
  return 0;
}
