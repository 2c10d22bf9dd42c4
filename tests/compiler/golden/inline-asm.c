#include "golden.h"

int label (int x)
{
  int zero = ask (x);
  __asm__ goto ("test %0, %0; jz %l[none]" : : "r" (ask (zero)) : "cc" : none);
  return ask (x) + 1;
none:
  return ask (x) + zero;
}

int operands (int x)
{
  int y = 1, r;
  __asm__ ("mov %1, %0" : "=r" (r) : "r" (ask (x)));
  __asm__ ("add %2, %0; add %1, %0" : "+m" (*place (&y)) : "r" (ask (r)), "r" ((tell (y), x + 1)) : "cc");
  return y + r;
}

long bound (long x)
{
  register long kept __asm__ ("rbx") = ask (x), beside = x;
  register long out __asm__ ("r12");
  tell (x);
  __asm__ ("lea (%1,%1), %0" : "=r" (out) : "r" (kept));
  tell (kept);
  return out + kept + beside;
}

int main (void)
{
  printf ("%d %d %d %ld\n", label (1), label (5), operands (2), bound (3));
  return 0;
}
