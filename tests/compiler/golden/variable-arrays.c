#include "golden.h"

/* Sizes are variables; a clone declares nothing of a type that they are in. */
int sum (int rows, int columns, int table[rows][columns])
{
  int total = 0;
  columns++;
  for (int i = 0; i < rows; i++)
    total += ask (table[i][0]);
  return total;
}

int arrays (int n)
{
  char text[n + 1], (*all)[n + 1] = &text;
  typedef int row[ask (n)];
  row grid[2];
  int apart = ({ char t[n]; t[0] = 1; (int) sizeof t + t[0]; });
  n = 0;
  text[0] = 1;
  grid[1][ask (4)] = ask ((int) sizeof grid[0]);
  return (*all)[0] + grid[1][2] + apart + (int) sizeof (row);
}

int main (void)
{
  int table[2][2] = { { 1, 2 }, { 3, 4 } };
  tell (sum (2, 2, table));
  tell (arrays (3));
  return 0;
}
