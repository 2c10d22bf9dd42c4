#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef char *sds;
typedef struct { int x, y; double z[9]; } point;

__attribute__ ((noinline)) static sds fill (int n)
{
  sds text = malloc (n + 1);
  memset (text, 'a' + n % 26, n);
  text[n] = 0;
  return text;
}

/* The parameter has the name of the type of what is kept while the other call runs. */
__attribute__ ((noinline)) static void *load (int sds, int plain)
{
  void *p = plain ? malloc (3) : fill (sds);
  return sds + 1 > 0 && plain ? strcpy (p, "ok") : p;
}

__attribute__ ((noinline)) static point make (int n)
{
  point point = { .x = n, .y = n + 1 };
  free (fill (point.y));
  return point;
}

/* The types' parameters have the names of the function's. */
__attribute__ ((noinline)) static void *again (void *target, size_t osize, size_t nsize)
{
  void *(*local) (void *, size_t nsize) = NULL;
  void *(*other) (void *(*inner) (size_t osize), size_t) = NULL;
  local = realloc;
  return osize + (other != NULL) < nsize ? local (target, nsize) : target;
}

int main (void)
{
  for (int i = 1; i < 4; i++)
    {
      char *a = load (i, i & 1), *b = again (fill (i), i, i + 4);
      printf ("%s %s %d\n", a, b, make (i).y);
      free (a);
      free (b);
    }
  return 0;
}
