#include "golden.h"

static void *next;

/* Labels whose addresses are values: an executable records where they are, a patch uses their identities, a clone looks its own up. */
int run (int n)
{
  static const void *const codes[] = { &&more, &&done };
  next = &&more;
  goto *next;
more:
  n += ask (n);
  next = (void *) codes[n > 9];
  goto *next;
done:
  return n;
}

/* Without points it stays as it is, but for the same. */
int leap (int n)
{
  void *to = n > 3 ? &&far : &&near;
  goto *to;
far:
  return n * 2;
near:
  return n;
}

int main (void)
{
  printf ("%d %d\n", run (1), leap (5));
  return 0;
}
