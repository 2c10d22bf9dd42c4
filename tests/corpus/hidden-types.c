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

/* A struct without a tag: its name is a variable's, too, where a function returns a pointer to it. */
typedef struct { int id; char name[8]; } user;

__attribute__ ((noinline)) static user *find (user *users, int n)
{
  printf ("find %d\n", n);
  return &users[n % 2];
}

__attribute__ ((noinline)) static int ids (int n)
{
  user users[2] = { { 3, "three" }, { 5, "five" } }, *user = NULL;
  for (int i = 0; i < n; i++)
    {
      user = find (users, i);
      user->id += i;
    }
  return user ? user->id : 0;
}

int main (void)
{
  for (int i = 1; i < 4; i++)
    {
      char *a = load (i, i & 1), *b = again (fill (i), i, i + 4);
      printf ("%s %s %d %d\n", a, b, make (i).y, ids (i));
      free (a);
      free (b);
    }
  return 0;
}
