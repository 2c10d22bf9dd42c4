/* blocking_streams.c - input from streams under a hail of update signals: every line and byte once, and at the ends, in errors
 * and where a handler of the program's interrupts, what libc's own functions do. */
#include "hail.h"

#define LINES 400

/* Line number n: 0 to 60 characters. */
static size_t make_line(char *text, int n) {
  size_t length = n * 7 % 61;
  for (size_t i = 0; i < length; i++)
    text[i] = 'a' + (n + i) % 26;
  text[length] = '\n';
  text[length + 1] = 0;
  return length + 1;
}

/* A stream of lines that come in pieces, in the middle of words; the last has no end. */
static FILE *slow_lines(pid_t *writer) {
  int p[2];
  CHECK(pipe(p) == 0, "pipe");
  if ((*writer = fork()) == 0) {
    static char all[LINES * 64];
    size_t size = 0;
    for (int n = 0; n < LINES; n++)
      size += make_line(all + size, n);
    for (size_t at = 0; at < size - 1; at += 37) {
      (void)!write(p[1], all + at, size - 1 - at < 37 ? size - 1 - at : 37);
      usleep(200);
    }
    _exit(0);
  }
  close(p[1]);
  return fdopen(p[0], "r");
}

enum way { BY_FGETS, BY_GETLINE, BY_GETC };

/* Reads a line in one of the ways. */
static bool read_line(enum way way, FILE *f, char *text) {
  static char *line;
  static size_t size;
  if (way == BY_FGETS)
    return __upstare_fgets(text, 100, f) != NULL;
  if (way == BY_GETLINE) {
    ssize_t n = __upstare_getline(&line, &size, f);
    if (n < 0)
      return false;
    strcpy(text, line);
    return (size_t)n == strlen(line);
  }
  size_t n = 0;
  for (int c; (c = __upstare_getc(f)) != EOF;) {
    text[n++] = (char)c;
    text[n] = 0;
    if (c == '\n')
      break;
  }
  return n > 0;
}

static void test_lines(const char *state, enum way way, int mode) {
  pid_t writer;
  char text[100], wanted[100];
  FILE *f = slow_lines(&writer);
  if (mode != _IOFBF)
    setvbuf(f, 0, mode, 0);
  int n = 0;
  for (; n < LINES && read_line(way, f, text); n++) {
    size_t length = make_line(wanted, n);
    if (n == LINES - 1)
      wanted[length - 1] = 0;
    if (strcmp(text, wanted) != 0) {
      CHECK(false, "%s %d: line %d is %s", state, way, n, text);
      break;
    }
  }
  CHECK(n == LINES && !read_line(way, f, text) && feof(f) && !ferror(f), "%s %d: %d lines, end %d, error %d", state, way, n, feof(f), ferror(f));
  fclose(f);
  __upstare_waitpid(writer, 0, 0);
}

static void test_elements(const char *state) {
  pid_t writer;
  static char got[LINES * 64], wanted[LINES * 64];
  FILE *f = slow_lines(&writer);
  size_t size = 0, n;
  for (int i = 0; i < LINES; i++)
    size += make_line(wanted + size, i);
  size--;
  CHECK(__upstare_fread(got, 1, 1, f) == 1 && __upstare_fread(got + 1, 99, 3, f) == 3, "%s", state);
  n = __upstare_fread(got + 298, 100, 1000, f);
  CHECK(n == (size - 298) / 100 && feof(f) && memcmp(got, wanted, size) == 0, "%s: %zu elements", state, n);
  CHECK(__upstare_fread(got, 0, 7, f) == 0 && __upstare_fread(got, 1, 1, f) == 0, "%s", state);
  fclose(f);
  __upstare_waitpid(writer, 0, 0);
}

struct ending {
  long result;
  int error, end, code;
  char text[16];
};

/* What a call leaves behind that the alarm ends after three bytes. */
static struct ending interrupted(bool ours, int call) {
  int p[2];
  struct ending e = {0};
  char *line = 0;
  size_t size = 0;
  CHECK(pipe(p) == 0 && write(p[1], "par", 3) == 3, "pipe");
  FILE *f = fdopen(p[0], "r");
  if (call == 3)
    (void)!fread(e.text, 1, 3, f);
  alarm_in(60);
  errno = 0;
  switch (call) {
  case 0: e.result = (ours ? __upstare_fgets(e.text, 10, f) : fgets(e.text, 10, f)) != 0; break;
  case 1: e.result = ours ? __upstare_getline(&line, &size, f) : getline(&line, &size, f); break;
  case 2: e.result = (long)(ours ? __upstare_fread(e.text, 2, 4, f) : fread(e.text, 2, 4, f)); break;
  case 3: e.result = ours ? __upstare_getc(f) : getc(f); break;
  }
  e.code = errno;
  alarm_in(0);
  e.error = ferror(f) != 0;
  e.end = feof(f) != 0;
  if (line && e.result >= 0)
    strcpy(e.text, line);
  free(line);
  fclose(f);
  close(p[1]);
  return e;
}

static void test_interruption(const char *state) {
  for (int call = 0; call < 4; call++) {
    struct ending ours = interrupted(true, call), theirs = interrupted(false, call);
    CHECK(ours.result == theirs.result && ours.error == theirs.error && ours.end == theirs.end && ours.code == theirs.code &&
              strcmp(ours.text, theirs.text) == 0,
          "%s %d: %ld %d %d %d %s, libc %ld %d %d %d %s", state, call, ours.result, ours.error, ours.end, ours.code, ours.text,
          theirs.result, theirs.error, theirs.end, theirs.code, theirs.text);
  }
}

/* With SA_RESTART the read goes on. */
static void test_restart(const char *state) {
  int p[2];
  char text[16];
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm, .sa_flags = SA_RESTART}, 0);
  CHECK(pipe(p) == 0, "pipe");
  FILE *f = fdopen(p[0], "r");
  pid_t writer = fork();
  if (writer == 0) {
    (void)!write(p[1], "half ", 5);
    usleep(100000);
    (void)!write(p[1], "whole\n", 6);
    _exit(0);
  }
  int before = alarms;
  alarm_in(20);
  CHECK(__upstare_fgets(text, 16, f) && strcmp(text, "half whole\n") == 0 && alarms > before, "%s: %s, %d alarms", state, text, alarms - before);
  alarm_in(0);
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, 0);
  fclose(f);
  close(p[1]);
  __upstare_waitpid(writer, 0, 0);
}

/* What needs no input, or gets none. */
static void test_edges(const char *state) {
  char text[8] = "1234567", *line = 0;
  size_t size = 0;
  FILE *f = fmemopen((char[]){"ab\0c\nrest"}, 9, "r"), *out = fopen("/dev/null", "w");
  CHECK(__upstare_fgets(text, 0, f) == NULL && __upstare_fgets(text, 1, f) == text && text[0] == 0, "%s", state);
  CHECK(ungetc('z', f) == 'z' && __upstare_getc(f) == 'z' && __upstare_getc_unlocked(f) == 'a', "%s", state);
  CHECK(__upstare_getdelim(&line, &size, 0, f) == 2 && line[0] == 'b' && line[1] == 0, "%s", state);
  CHECK(__upstare_fgets(text, 3, f) == text && strcmp(text, "c\n") == 0, "%s: %s", state, text);
  CHECK(__upstare_getline(&line, &size, f) == 4 && strcmp(line, "rest") == 0 && __upstare_getline(&line, &size, f) == -1, "%s: %s", state, line);
  errno = 0;
  CHECK(__upstare_fgets(text, 3, out) == NULL && errno == EBADF && ferror(out), "%s: %s", state, strerror(errno));
  errno = 0;
  CHECK(__upstare_getline(0, &size, f) == -1 && errno == EINVAL, "%s: %s", state, strerror(errno));
  free(line);
  fclose(f);
  fclose(out);
}

static void test_all(const char *state) {
  uint32_t before = parked();
  for (enum way way = BY_FGETS; way <= BY_GETC; way++)
    test_lines(state, way, _IOFBF);
  test_lines(state, BY_FGETS, _IONBF);
  test_elements(state);
  CHECK(parked() > before + 10 || *state == 'i', "%s: parked %u times", state, parked() - before);
  test_restart(state);
}

/* libc's own calls would be interrupted by the hail. */
static void test_quietly(const char *state) {
  test_interruption(state);
  test_edges(state);
}

int main(int count, char **arguments) {
  (void)count;
  return under_hail(arguments, test_all, test_quietly);
}
