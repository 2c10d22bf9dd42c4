/* blocking_scan.c - scanf and its kin: what libc's own functions do with the same input, and under a hail of update signals with input
 * that comes in pieces. */
#include "hail.h"
#include <wchar.h>

int old_fscanf(FILE *restrict, const char *restrict, ...) __asm__("fscanf");

struct result {
  int count, error, end, code;
  long place;
  union {
    char text[3][16];
    double number;
    long long whole;
    void *pointer;
  } value[3];
};

enum way { OURS, THEIRS, OUR_OLD, THEIR_OLD };

/* Reads a stream once with up to three arguments, as one of the families. */
static struct result scan(enum way way, FILE *f, const char *format) {
  struct result r;
  memset(&r, 0, sizeof r);
  errno = 0;
  void *a = &r.value[0], *b = &r.value[1], *c = &r.value[2];
  switch (way) {
  case OURS: r.count = __upstare___isoc99_fscanf(f, format, a, b, c); break;
  case THEIRS: r.count = fscanf(f, format, a, b, c); break;
  case OUR_OLD: r.count = __upstare_fscanf(f, format, a, b, c); break;
  case THEIR_OLD: r.count = old_fscanf(f, format, a, b, c); break;
  }
  r.code = errno;
  r.error = ferror(f) != 0;
  r.end = feof(f) != 0;
  r.place = ftell(f);
  return r;
}

/* The same input and format, again and again until the input ends. */
static void compare(const char *input, const char *format, enum way ours, enum way theirs) {
  FILE *our = fmemopen((void *)input, strlen(input), "r"), *their = fmemopen((void *)input, strlen(input), "r");
  for (int i = 0; i < 5; i++) {
    struct result a = scan(ours, our, format), b = scan(theirs, their, format);
    CHECK(memcmp(&a, &b, sizeof a) == 0, "\"%s\" of \"%s\", call %d: %d error %d end %d errno %d at %ld, libc %d %d %d %d %ld", format, input, i, a.count,
          a.error, a.end, a.code, a.place, b.count, b.error, b.end, b.code, b.place);
  }
  fclose(our);
  fclose(their);
}

static void test_formats(void) {
  static const char *const formats[] = {
      "%lld %lld %lld", "%lld%lld%lld",  "%15s %15s",      "%15s%15s %15s",     " %15[a-z] %15[^a-z\n]", "%*s %15s",       "%*d%15s",  "%3s%3s%3s",       "%3c%2c",        "%lf,%lf",
      "x%lldy%lld",     "x = %lld\n",    "%% %lld",        "%15[]x]%15[^]x]",   "%i %i",                "%x %o %u",       "%hhd %hd", "%zu %jd %td",     "%Lf",           "%p",
      "%5lld%*1c%lld",  "",              " ",              "abc",               "%1[a]%1[b]%1[c]",      "%15[^\n]%*[\n]", "%*d %*d",  "\n%lld\t%lld ",   "%lld%n",        "%2$lld %1$lld",
      "%'lld",          "%lld %",        "%15[a",          "%k",                "a%%b",                 "%*%",            "%A %g",    "%*[^,],%15[^,],", "%C",            "%0d",
      "%lld é %lld",    "%4095lld %15s", "% lld",          "%-5lld",            "%lhd",                 "%hlld",          "%c%c%c",   "%*c%*c%15s",      "%15S",          "%d %d %d",
  };
  static const char *const inputs[] = {
      "1 2 3\n4 5 6\n", "12", "  \n\t 7\n\n8 9x10", "abc def ghi", "abcdefghij", "x1y2 x 3 y 4", "x = 5\nx = 6", "%7 % 8 %", "]x]ab]", "0x1f 017 12 -3", "1.5,2.5 -3e2,1e", "1,2,3,",
      "a b", "aaabbbccc", "line one\nline two\n", "99999999999999999999 1", "é 1 é 2", "+5 -6 +-7", "0x", "nan inf", "1\0002", " ", "\n", "a%b a%c", "1 é 2",
  };
  for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
      compare(inputs[i], formats[f], OURS, THEIRS);
      compare(inputs[i], formats[f], OUR_OLD, THEIR_OLD);
    }
}

/* Words that libc allocates, in the old spelling and the new. */
static void test_allocation(void) {
  static char old_spelling[] = "%as %a[a-z]"; /* no constant: gcc would take it for C99's %a */
  char *word = 0, *other = 0;
  FILE *f = fmemopen((char[]){"one two three four"}, 18, "r");
  CHECK(__upstare___isoc99_fscanf(f, "%ms", &word) == 1 && strcmp(word, "one") == 0, "%s", word);
  free(word);
  CHECK(__upstare_fscanf(f, old_spelling, &word, &other) == 2 && strcmp(word, "two") == 0 && strcmp(other, "three") == 0, "%s %s", word, other);
  free(word);
  free(other);
  fclose(f);
}

static int by_list(FILE *f, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = __upstare___isoc99_vfscanf(f, format, arguments);
  va_end(arguments);
  return result;
}

/* Many arguments; more than are taken apart; much in the buffer; a stream that cannot be read, one of wide characters. */
static void test_edges(const char *state) {
  int n[14] = {0};
  char many[2000];
  for (int i = 0; i < 1000; i++)
    memcpy(many + 2 * i, i % 2 ? "1 " : "2 ", 2);
  FILE *f = fmemopen(many, sizeof many, "r"), *out = fopen("/dev/null", "w");
  CHECK(by_list(f, "%d%d%d%d%d%d%d%d%d%d%d%d", n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 8, n + 9, n + 10, n + 11) == 12 && n[10] == 2 && n[11] == 1, "%s", state);
  CHECK(by_list(f, "%d%d%d%d%d%d%d%d%d%d%d%d%d%d", n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 8, n + 9, n + 10, n + 11, n + 12, n + 13) == 14 && n[13] == 1, "%s", state);
  int sum = 26;
  while (__upstare___isoc99_fscanf(f, "%d", n) == 1)
    sum++;
  CHECK(sum == 1000, "%s: %d numbers", state, sum);
  errno = 0;
  CHECK(__upstare___isoc99_fscanf(out, "%d", n) == EOF && errno == EBADF, "%s: %s", state, strerror(errno));
  fclose(f);
  fclose(out);
  f = fopen("/proc/self/stat", "r");
  CHECK(fwide(f, 1) > 0 && __upstare___isoc99_fscanf(f, "%d", n) == EOF, "%s", state);
  fclose(f);
}

/* Pairs of a number and a word, which come in pieces between them. */
#define PAIRS 300
static void test_pieces(const char *state) {
  int p[2], number = 0, count = 0;
  char word[32], wanted[32];
  uint32_t before = parked();
  CHECK(pipe(p) == 0, "pipe");
  pid_t writer = fork();
  if (writer == 0) {
    for (int i = 0; i < PAIRS; i++) {
      (void)!write(p[1], word, (size_t)sprintf(word, "%d ", i));
      usleep(300);
      (void)!write(p[1], word, (size_t)sprintf(word, i % 3 ? " w%d\n" : "\n\n w%d ", i));
      usleep(300);
    }
    _exit(0);
  }
  close(p[1]);
  FILE *f = fdopen(p[0], "r");
  while (__upstare___isoc99_fscanf(f, "%d%31s", &number, word) == 2) {
    sprintf(wanted, "w%d", count);
    CHECK(number == count && strcmp(word, wanted) == 0, "%s: %d: %d %s", state, count, number, word);
    count++;
  }
  CHECK(count == PAIRS && feof(f) && !ferror(f), "%s: %d pairs, end %d, error %d", state, count, feof(f), ferror(f));
  CHECK(parked() > before + 10 || *state == 'i', "%s: parked %u times", state, parked() - before);
  fclose(f);
  __upstare_waitpid(writer, 0, 0);
}

/* A handler of the program's ends it, after one of two numbers. */
static struct result interrupted(bool ours) {
  int p[2];
  CHECK(pipe(p) == 0 && write(p[1], "5 ", 2) == 2, "pipe");
  FILE *f = fdopen(p[0], "r");
  alarm_in(60);
  struct result r = scan(ours ? OURS : THEIRS, f, "%d%d");
  alarm_in(0);
  fclose(f);
  close(p[1]);
  return r;
}

static void *read_number(void *stream) {
  int number;
  return (void *)(long)__upstare___isoc99_fscanf(stream, "%d", &number);
}

/* A thread that is cancelled with the half of a number leaves the stream unlocked. */
static void test_cancellation(const char *state) {
  int p[2];
  pthread_t thread;
  void *result = 0;
  CHECK(pipe(p) == 0 && write(p[1], "12", 2) == 2, "pipe");
  FILE *f = fdopen(p[0], "r");
  pthread_create(&thread, 0, read_number, f);
  usleep(50000);
  pthread_cancel(thread);
  pthread_join(thread, &result);
  CHECK(result == PTHREAD_CANCELED && ftrylockfile(f) == 0, "%s: %ld", state, (long)result);
  fclose(f);
  close(p[1]);
}

static void test_quietly(const char *state) {
  struct result a = interrupted(true), b = interrupted(false);
  CHECK(a.count == b.count && a.error == b.error && a.end == b.end && a.code == b.code && memcmp(a.value, b.value, sizeof a.value) == 0,
        "%s: %d %d %d %d, libc %d %d %d %d", state, a.count, a.error, a.end, a.code, b.count, b.error, b.end, b.code);
  test_edges(state);
  test_formats();
  test_allocation();
  test_cancellation(state); /* last: it is remembered that somebody was cancelled */
}

int main(int argc, char **argv) {
  (void)argc;
  return under_hail(argv, test_pieces, test_quietly);
}
