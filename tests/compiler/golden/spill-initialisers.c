#include "golden.h"

int aggregate (int x)
{
  struct pair p = { ask (x), ask (x + 1) };
  struct pair q = { .second = ask (x + 2), .first = x };
  int v[3] = { [1] = ask (x), ask (x + 1) };
  struct pair *literal = &(struct pair) { x, ask (x) };
  return p.first + q.second + v[1] + v[2] + literal->second;
}

int main (void)
{
  printf ("%d\n", aggregate (2));
  return 0;
}
