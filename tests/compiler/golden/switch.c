#include "golden.h"

int cases (int x)
{
  int n = 0;
  switch (ask (x))
    {
    case 0:
      n = ask (n);
    case 1:
      tell (n);
      break;
    case 2 ... 4:
      {
        int inner = ask (x);
        n += inner;
        break;
      }
    default:
      return ask (x);
    }
  return n;
}

int main (void)
{
  int i;
  for (i = 0; i < 7; i++)
    printf ("%d\n", cases (i));
  return 0;
}
