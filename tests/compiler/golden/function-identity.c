#include "golden.h"

typedef int handler (int);

static int first (int x) { return x + 1; }
int second (int x) { return x + 2; }

static handler *table[] = { first, second };

/* A call by name stays one; where an address is used it is the one that the program has known all the time. */
handler *pick (int x)
{
  tell (first (x));
  return x ? &first : second;
}

int dispatch (int x)
{
  int sum = table[x] (x);
  sum += pick (x) == table[x];
  return sum;
}

int main (void)
{
  printf ("%d %d\n", dispatch (0), dispatch (1));
  return 0;
}
