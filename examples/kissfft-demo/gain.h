/* gain.h - what version 2 of the filter adds: its output at half the level, and a line that says so.
 *
 * Halving is exact in floating point, so "version 2's output" means the same bits however it is computed. */
#include <stdio.h>

static const float output_gain = 0.5f;

static void apply_gain(float *samples, size_t count)
{
  static int announced;
  if (!announced) {
    fprintf(stderr, "filter: I am version 2 now, output gain %.1f\n", output_gain);
    announced = 1;
  }
  for (size_t i = 0; i < count; i++)
    samples[i] *= output_gain;
}
