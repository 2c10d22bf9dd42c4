#include "golden.h"

/* More operands than an asm statement can have: partial sites come before the final one. */
int many (int a)
{
  int b0 = a + 1, b1 = a + 2, b2 = a + 3, b3 = a + 4, b4 = a + 5, b5 = a + 6, b6 = a + 7, b7 = a + 8;
  int c0 = a * 1, c1 = a * 2, c2 = a * 3, c3 = a * 4, c4 = a * 5, c5 = a * 6, c6 = a * 7, c7 = a * 8;
  int d0 = a ^ 1, d1 = a ^ 2, d2 = a ^ 3, d3 = a ^ 4, d4 = a ^ 5, d5 = a ^ 6, d6 = a ^ 7, d7 = a ^ 8;
  int e0 = a | 1, e1 = a | 2, e2 = a | 3, e3 = a | 4, e4 = a | 5, e5 = a | 6, e6 = a | 7, e7 = a | 8;
  tell (a);
  return b0 + b1 + b2 + b3 + b4 + b5 + b6 + b7 + c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7
    + d0 + d1 + d2 + d3 + d4 + d5 + d6 + d7 + e0 + e1 + e2 + e3 + e4 + e5 + e6 + e7;
}

int main (void)
{
  printf ("%d\n", many (3));
  return 0;
}
