#include "golden.h"

struct node { int value; struct node *next; int items[4]; };

/* A place is kept by what it is computed from, not by its value. */
int stores (struct node *n, int i)
{
  struct node local = { 1 };
  n->next->value = ask (i);
  n->items[i++] = ask (i);
  *place (&n->value) = ask (i);
  local.items[i] = ask (i);
  (*place (n->items))++;
  return n->items[0] + local.items[i];
}

int main (void)
{
  struct node b = { 2 }, a = { 1, &b, { 5, 6, 7, 8 } };
  printf ("%d\n", stores (&a, 1));
  printf ("%d %d %d %d %d\n", a.value, b.value, a.items[0], a.items[1], a.items[2]);
  return 0;
}
