#include "golden.h"

static int total = 4;

/* gcc computes the right side first if it has effects. */
int compound (int *v, int i)
{
  int x = 3;
  x -= ask (i);
  v[i++] -= ask (x);
  *place (v) += ask (i);
  total += ask (x);
  *place (v) -= i++;
  *place (v) -= total;
  return x + i + total;
}

int main (void)
{
  int v[] = { 10, 20, 30 };
  printf ("%d\n", compound (v, 1));
  printf ("%d %d %d\n", v[0], v[1], v[2]);
  return 0;
}
