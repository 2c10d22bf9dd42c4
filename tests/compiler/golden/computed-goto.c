#include "golden.h"

/* Labels are each copy's own, and so is the table that holds them. */
int interpret (const char *code)
{
  static const void *const labels[] = { &&stop, &&add, &&ask_it };
  int value = 0;
  goto *labels[*code++ - '0'];
add:
  value++;
  goto *labels[*code++ - '0'];
ask_it:
  value = ask (value);
  goto *labels[*code++ - '0'];
stop:
  return value;
}

int main (void)
{
  printf ("%d\n", interpret ("112120"));
  return 0;
}
