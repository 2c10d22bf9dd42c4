#include <assert.h>
#include <stdio.h>
#include <time.h>

/* assert with a call in it: a comma expression whose value is that of __extension__ ({ ... }), which is none. */
static int calls;

__attribute__ ((noinline)) static int check (int n)
{
  nanosleep (&(struct timespec) { 0, 1000 }, 0);
  return calls += n;
}

int main (void)
{
  for (int i = 1; i < 5; i++)
    {
      assert (check (i));
      assert (check (i) == calls && check (0) == calls);
      if (i > 2) assert (check (1) > 0); else assert (check (2) > 0);
      (void) (check (i), __extension__ ({ if (check (1)) ; else printf ("no\n"); }));
      printf ("%d\n", calls);
    }
  return 0;
}
