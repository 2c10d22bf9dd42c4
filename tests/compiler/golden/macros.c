#include <stdbool.h>
#include <complex.h>
#include "golden.h"

#define BOTH(a, b) ask (a) + ask (b)
#define SELECT(x) switch (x) { case 1: tell (x); break; default: tell (0); }

/* Macros of system headers leave line markers in the middle of statements. */
double expanded (int x)
{
  bool on = ask (x), off = !on;
  double complex number = ask (x) + 2 * I;
  complex float a = 1, b = ask (x + 1);
  int both = BOTH (x, x + 1);
  SELECT (both)
  return creal (number) + creal (a + b) + off + both;
}

int main (void)
{
  printf ("%g\n", expanded (1));
  return 0;
}
