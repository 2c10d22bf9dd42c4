#include "golden.h"

/* A clone reaches what has escaped where the old frame had it. */
int escaped (int n)
{
  int value = n, *p = &value;
  int items[3] = { n, n + 1, n + 2 };
  struct pair pair = { 1, 2 };
  long *second = &pair.second;
  volatile int counted = 0;
  for (int i = 0; i < 3; i++)
    {
      int inner = ask (i);
      p = &inner;
      items[i] += *place (p);
      counted++;
    }
  tell (*place (&n));
  return value + items[2] + *second + counted + n;
}

int main (void)
{
  printf ("%d\n", escaped (2));
  return 0;
}
