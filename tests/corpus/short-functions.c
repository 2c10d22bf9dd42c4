#include <stdio.h>

/* Functions that are shorter than the jump which leads their entries to new code, beside others that nobody takes the address of:
 * with -Os, and where text is cold, they stand without a gap. */
#define BESIDE(n)                                                                                            \
  int one_##n (void) { return n; }                                                                           \
  __attribute__ ((noinline)) static int two_##n (void) { return n + 1; }                                     \
  void none_##n (void) {}                                                                                    \
  __attribute__ ((noinline, cold)) static int three_##n (void) { return 2 * n; }                             \
  __attribute__ ((cold)) int four_##n (void) { return n - 1; }                                               \
  inline __attribute__ ((gnu_inline)) int six_##n (int x) { return x + 1; }                                  \
  __attribute__ ((noinline)) static int call_##n (void) { return two_##n () + three_##n () + six_##n (n); }

BESIDE (1)
BESIDE (2)
BESIDE (3)
BESIDE (4)

static int (*volatile values[]) (void) = { one_1, one_2, one_3, one_4, four_1, four_2, four_3, four_4 };
static int (*volatile direct[]) (void) = { call_1, call_2, call_3, call_4 };
static void (*volatile nothing[]) (void) = { none_1, none_2, none_3, none_4 };

int main (void)
{
  for (int round = 0; round < 3; round++)
    {
      for (unsigned i = 0; i < sizeof values / sizeof *values; i++)
        printf ("%d ", values[i] ());
      for (unsigned i = 0; i < sizeof direct / sizeof *direct; i++)
        {
          nothing[i] ();
          printf ("%d ", direct[i] ());
        }
      puts ("");
    }
  return 0;
}
