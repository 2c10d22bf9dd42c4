#include "golden.h"

/* A site inside the inner scope records both. */
int hide (int x)
{
  int sum = ask (x);
  {
    int x = ask (sum);
    double sum = measure (x);
    tell (x);
    x += sum;
    tell (x);
  }
  for (int x = 0; x < 2; x++)
    tell (x);
  return sum + x;
}

int main (void)
{
  printf ("%d\n", hide (2));
  return 0;
}
