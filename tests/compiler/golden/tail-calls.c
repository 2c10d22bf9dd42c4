#include "golden.h"

static int odd (unsigned n);

/* A call in tail position leaves nothing to resume; a cycle of such calls has a site at each entry. */
static int even (unsigned n)
{
  if (n == 0)
    return 1;
  return odd (n - 1);
}

static int odd (unsigned n)
{
  if (n == 0)
    return 0;
  return even (n - 1);
}

int through (int (*f) (int), int x)
{
  return f (x);
}

/* The result is narrower than a register: whoever gets it looks at a part of it only. */
short narrow (int x)
{
  return ask (x);
}

int main (void)
{
  printf ("%d %d %d\n", even (4), through (ask, 3), narrow (2));
  return 0;
}
