/* check.c - check VERSIONS BLOCK PROGRESS OUTPUT FIRST SECOND
 *
 * In:  OUTPUT, what the updated filter wrote; FIRST and SECOND, what version 1 and version 2 write when each runs alone
 *      on the same samples.  All three may be pipes: they are read side by side, nothing is kept.  BLOCK is the number
 *      of samples the filter writes at once.
 * Out: OUTPUT must be, block by block, bit for bit FIRST's or SECOND's, and as long as they are; VERSIONS says which
 *      version's blocks must follow one another ("121": the first's, the second's, the first's).  A sample that is lost
 *      or doubled shifts all that follow, so it cannot go unnoticed.  Where OUTPUT changes from one to the other, a
 *      line is printed.  PROGRESS is a file that always holds "SAMPLES VERSION", for a script that watches.
 *      Exit 0 if all is as it must be, else 1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct stream {
  const char *name;
  FILE *file;
  unsigned *samples; /* compared as bits: a NaN must be the same NaN, and -0 is not 0 */
  size_t count;      /* of the block read last */
};

static int fail(const char *text, unsigned long long sample)
{
  printf("check: %s at sample %llu\n", text, sample);
  return 1;
}

static int open_stream(struct stream *s, const char *name, size_t block)
{
  s->name = name;
  s->file = fopen(name, "rb");
  s->samples = malloc(block * sizeof *s->samples);
  if (!s->file || !s->samples)
    perror(name);
  return s->file && s->samples;
}

static void read_block(struct stream *s, size_t block) { s->count = fread(s->samples, sizeof *s->samples, block, s->file); }

static int same(const struct stream *a, const struct stream *b)
{
  return a->count == b->count && memcmp(a->samples, b->samples, a->count * sizeof *a->samples) == 0;
}

/* The first sample of the block that differs from a version's. */
static size_t first_difference(const struct stream *a, const struct stream *b)
{
  size_t i = 0;
  while (i < a->count && i < b->count && a->samples[i] == b->samples[i])
    i++;
  return i;
}

static void show_progress(FILE *progress, unsigned long long samples, char version)
{
  rewind(progress); /* of fixed width: a reader never sees the end of an older, longer text */
  fprintf(progress, "%12llu %c\n", samples, version);
  fflush(progress);
}

int main(int argc, char **argv)
{
  struct stream output, first, second;
  if (argc != 7 || atol(argv[2]) < 1) {
    fprintf(stderr, "usage: check VERSIONS BLOCK PROGRESS OUTPUT FIRST SECOND\n");
    return 2;
  }
  const char *version = argv[1];
  size_t block = (size_t)atol(argv[2]);
  FILE *progress = fopen(argv[3], "w");
  if (!progress || !open_stream(&output, argv[4], block) || !open_stream(&first, argv[5], block) ||
      !open_stream(&second, argv[6], block))
    return fail("cannot open the streams", 0);

  unsigned long long samples = 0, number = 0, told_apart = 0;
  for (;; number++) {
    read_block(&output, block);
    read_block(&first, block);
    read_block(&second, block);
    if (first.count != second.count)
      return fail("the two versions' own outputs differ in length", samples);
    if (output.count < first.count)
      return fail("samples are missing: the output ends", samples + output.count);
    if (output.count > first.count)
      return fail("there are more samples than there should be", samples + first.count);
    if (output.count == 0)
      break;
    int is_first = same(&output, &first), is_second = same(&output, &second);
    if (!is_first && !is_second)
      return fail("neither version's output",
                  samples + first_difference(&output, *version == '1' ? &first : &second));
    told_apart += is_first != is_second;
    if (is_first != is_second && (*version == '1') != is_first) {
      if (version[1] != (is_first ? '1' : '2'))
        return fail("the output changes to the wrong version", samples);
      version++;
      printf("version %c from block %llu (sample %llu) on\n", *version, number, samples);
      fflush(stdout);
    }
    samples += output.count;
    if (number % 64 == 0)
      show_progress(progress, samples, *version);
  }
  show_progress(progress, samples, *version);
  printf("%llu samples in %llu blocks, %llu of the blocks different in the two versions\n", samples, number, told_apart);
  if (version[1])
    return fail("the output ends before it has changed to all versions", samples);
  return told_apart == 0 ? fail("the two versions cannot be told apart", samples) : 0;
}
