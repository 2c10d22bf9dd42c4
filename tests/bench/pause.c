/* pause.c - a program with so many frames on its stack, to measure how long an update stops it.
 *
 *   pause ROUNDS [FRAMES]   prints a sum that depends on every frame's variables
 *
 * main, FRAMES - 2 levels of descend and work make the frames (10).  Each has live scalars and an array that others point to,
 * as programs have; work goes round, with a call in each round, so the update finds all of them. */
#include <stdio.h>
#include <stdlib.h>

static int levels = 8;

static unsigned mixed;

__attribute__((noinline)) static unsigned mix(unsigned value)
{
  mixed = mixed * 1664525u + value;
  return mixed >> 16;
}

__attribute__((noinline)) static unsigned work(long rounds, unsigned *above)
{
  unsigned sum = 0;
  double mean = 0;
  for (long i = 0; i < rounds; i++) {
    unsigned value = mix((unsigned)i);
    printf("%s", ""); /* foreign: a continuation point in each round */
    sum += value ^ above[i & 3];
    mean += (value - mean) / (i + 1);
  }
  return sum + (unsigned)mean;
}

__attribute__((noinline)) static unsigned descend(int level, long rounds, unsigned *above)
{
  unsigned here[4], before = mix(level);
  long product = level * rounds;
  for (int i = 0; i < 4; i++)
    here[i] = above[i] * 3 + i;
  unsigned below = level == levels ? work(rounds, here) : descend(level + 1, rounds, here);
  return below + before + (unsigned)product + here[level & 3];
}

int main(int argc, char **argv)
{
  unsigned top[4] = {1, 2, 3, 4};
  long rounds = argc >= 2 ? atol(argv[1]) : 0;
  if (argc == 3)
    levels = atoi(argv[2]) - 2;
  if (rounds < 1 || levels < 1) {
    fprintf(stderr, "usage: pause ROUNDS [FRAMES]\n");
    return 2;
  }
  unsigned sum = descend(1, rounds, top);
  printf("%u %u\n", sum, top[0] + top[3]);
  return 0;
}
