/* samples.c - inputs for KissFFT's streaming filter, the same on every run, as raw 32-bit floats.
 *
 *   samples stream N   N samples: two tones and noise
 *   samples filter N   N coefficients of a low-pass filter (a windowed sinc)
 *
 * The tones come from a table, so that some hundred megabytes take a second and the filter is what is busy. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_BITS = 12, BUFFER = 4096 };

static const double pi = 3.14159265358979323846;
static float sine[1 << TABLE_BITS];

static float tone(uint32_t phase) { return sine[phase >> (32 - TABLE_BITS)]; }

static float next_sample(void)
{
  static uint32_t low, high, noise = 12345;
  low += 20000000u;   /* the filter lets this tone through */
  high += 1200000000u; /* and stops this one */
  noise = noise * 1664525u + 1013904223u;
  return 0.5f * tone(low) + 0.25f * tone(high) + (float)(noise >> 8) * (0.1f / 16777216.0f);
}

static float filter_tap(long i, long taps)
{
  const double cutoff = 0.1;
  double t = i - (taps - 1) / 2.0;
  double sinc = t == 0 ? 2 * cutoff : sin(2 * pi * cutoff * t) / (pi * t);
  double window = taps < 2 ? 1 : 0.54 - 0.46 * cos(2 * pi * i / (taps - 1));
  return (float)(sinc * window);
}

int main(int argc, char **argv)
{
  static float buffer[BUFFER];
  long count = argc == 3 ? atol(argv[2]) : 0;
  int filter = argc == 3 && strcmp(argv[1], "filter") == 0;
  if (count < 1 || (!filter && strcmp(argv[1], "stream") != 0)) {
    fprintf(stderr, "usage: samples stream|filter COUNT\n");
    return 2;
  }
  for (int i = 0; i < 1 << TABLE_BITS; i++)
    sine[i] = (float)sin(2 * pi * i / (1 << TABLE_BITS));
  for (long done = 0; done < count;) {
    size_t n = 0;
    while (n < BUFFER && done < count) {
      buffer[n++] = filter ? filter_tap(done, count) : next_sample();
      done++;
    }
    if (fwrite(buffer, sizeof buffer[0], n, stdout) != n)
      break;
  }
  if (fflush(stdout) || ferror(stdout)) {
    perror("samples");
    return 1;
  }
  return 0;
}
