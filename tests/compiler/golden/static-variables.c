#include "golden.h"

int exported = 1;
static int hidden = 2, other;
static const char *names[] = { "none", "one" };
extern int exported;

/* In a patch, variables that stay in place are declared only, and static locals are declared at file scope. */
int count (int x)
{
  static int calls;
  static const int weights[] = { 1, 2, 3 };
  static int nested_calls = 3, *last = &nested_calls;
  calls += ask (x);
  {
    static int calls = 7;
    calls++;
    tell (calls);
  }
  return calls + weights[1] + *last + hidden + other + exported + names[1][0];
}

int main (void)
{
  printf ("%d\n", count (1));
  printf ("%d\n", count (2));
  return 0;
}
