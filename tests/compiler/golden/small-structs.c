#include "golden.h"

struct point { float x; double y; };
struct box { struct point from; int tag; };
struct large { long items[20]; };

/* A small struct of scalars is recorded by its scalars, any other as it lies in memory. */
double records (struct point p, struct box b, struct large l)
{
  double scale = measure (p.x);
  p.y = measure (scale);
  return p.x + p.y + b.from.y + b.tag + scale + l.items[3];
}

int main (void)
{
  struct point p = { 1, 2 };
  struct box b = { { 3, 4 }, 5 };
  struct large l = { { 1, 2, 3, 4 } };
  printf ("%g\n", records (p, b, l));
  return 0;
}
