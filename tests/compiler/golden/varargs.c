#include <stdarg.h>
#include "golden.h"

/* The list is started before any point. */
int total (int n, ...)
{
  va_list list;
  int sum = 0;
  va_start (list, n);
  while (n-- > 0)
    sum += ask (va_arg (list, int));
  va_end (list);
  return sum;
}

/* It may be started behind one: the function keeps a copy from the start. */
int late (int n, ...)
{
  va_list list;
  int first = ask (n);
  va_start (list, n);
  first += ask (va_arg (list, int));
  va_end (list);
  return first;
}

int main (void)
{
  printf ("%d\n", total (3, 1, 2, 3));
  printf ("%d\n", late (3, 4));
  return 0;
}
