#include "golden.h"

struct item { struct item *next; int value; };

/* Nobody knows how long a list is: the loop has a site at its head. */
int length (struct item *p)
{
  int n = 0;
  while (p)
    {
      n += p->value;
      p = p->next;
    }
  return n;
}

/* An innermost loop that counts has none, the one around it has. */
int squares (int n)
{
  int sum = 0;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++)
      sum += j;
  return sum;
}

int spin (int x)
{
  do
    x = x / 2;
  while (x & 1);
  return x;
}

int main (void)
{
  struct item c = { 0, 3 }, b = { &c, 2 }, a = { &b, 1 };
  printf ("%d %d %d\n", length (&a), squares (5), spin (7));
  return 0;
}
