#include "golden.h"

long sum (int x)
{
  struct pair p = make (x);
  p = make (x + 1);
  return p.first + make (3).second;
}

struct pair pass (int x)
{
  struct pair p;
  p.second = ask (x);
  p.first = 2;
  tell (x);
  return p;
}

int main (void)
{
  printf ("%ld\n", sum (2));
  printf ("%ld\n", pass (2).second);
  return 0;
}
