#include "golden.h"

/* What leaves a function while its frame is saved is a dummy of its result type. */
void nothing (int x)
{
  tell (x);
  tell (x + 1);
}

struct pair structure (int x)
{
  struct pair p = { x, ask (x) };
  return p;
}

double number (double x)
{
  return measure (x) + 1;
}

_Bool truth (int x)
{
  return ask (x);
}

int main (void)
{
  nothing (1);
  printf ("%ld %g %d\n", structure (1).second, number (1), truth (3));
  return 0;
}
