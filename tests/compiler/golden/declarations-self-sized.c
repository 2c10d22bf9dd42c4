#include <stdlib.h>
#include "golden.h"

static void *get (size_t size)
{
  tell (size);
  return calloc (1, size);
}

/* The initialiser needs the variable to be declared, but not its value. */
int sized (void)
{
  struct pair *p = get (sizeof *p);
  int first = p->first;
  free (p);
  return first;
}

int main (void)
{
  printf ("%d\n", sized ());
  return 0;
}
