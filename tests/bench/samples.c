/* samples.c - inputs for KissFFT's streaming filter, the same on every run.
 *
 *   samples stream N   N samples: two tones and noise, as 32-bit floats in the machine's byte order
 *   samples filter N   N coefficients of a windowed-sinc low-pass filter */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

static float stream_sample(long i)
{
  static uint32_t noise = 12345;
  noise = noise * 1664525u + 1013904223u;
  return (float)(0.5 * sin(i * 0.031) + 0.25 * sin(i * 1.7) + (noise >> 8) * (0.1 / 16777216.0) - 0.05);
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
  long count = argc == 3 ? atol(argv[2]) : 0;
  int filter = argc == 3 && strcmp(argv[1], "filter") == 0;
  if (count < 1 || (!filter && strcmp(argv[1], "stream") != 0)) {
    fprintf(stderr, "usage: samples stream|filter COUNT\n");
    return 2;
  }
  for (long i = 0; i < count; i++) {
    float value = filter ? filter_tap(i, count) : stream_sample(i);
    fwrite(&value, sizeof value, 1, stdout);
  }
  if (fflush(stdout) || ferror(stdout)) {
    perror("samples");
    return 1;
  }
  return 0;
}
