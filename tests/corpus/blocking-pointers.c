/* The library's blocking calls by pointer: in tables, static locals, arguments, comparisons; and inline functions of headers. */
#include "corpus.h"
#include <fcntl.h>
#include <poll.h>

#include <unistd.h>

struct operations {
  const char *name;
  ssize_t (*in) (int, void *, size_t);
  ssize_t (*out) (int, const void *, size_t);
};

static const struct operations plain = { "plain", read, .out = &write };
static ssize_t (*readers[]) (int, void *, size_t) = { 0, read };
static char *(*get_line) (char *, int, FILE *) = fgets;

static int is_read (ssize_t (*f) (int, void *, size_t)) { return f == read; }

static ssize_t through (const struct operations *o, int fd, char *buffer, size_t size) { return o->in (fd, buffer, size); }

static int pick (int wanted, int (*a) (int, int, ...), int (*b) (const char *, int, ...))
{
  return wanted ? a (0, F_GETFD) >= 0 : b ("/dev/null", O_RDONLY) >= 0;
}

int main (void)
{
  static int (*waits) (struct pollfd *, nfds_t, int) = poll;
  int (*get) (FILE *) = getc;
  int pipes[2];
  char buffer[64];
  if (pipe (pipes) < 0) return 1;
  printf ("%d %d %d %d\n", is_read (read), is_read (plain.in), is_read (readers[1]), waits == poll);
  printf ("%zd", plain.out (pipes[1], "abc\ndef\nrest\n", 13));
  printf (" %zd\n", through (&plain, pipes[0], buffer, 4));
  struct pollfd one = { .fd = pipes[0], .events = POLLIN };
  printf ("%d %d\n", waits (&one, 1, 100), (poll) (&one, 1, 0));
  FILE *f = fdopen (pipes[0], "r");
  if (f == NULL) return 1;
  printf ("%c%c", get (f), getc_unlocked (f));
  printf ("%s", get_line (buffer, sizeof buffer, f) == NULL ? "nothing" : buffer);
  for (int c; (c = getc_unlocked (f)) != '\n';) putchar (c);
  printf ("\n%d %d %d\n", pick (0, fcntl, open), pick (1, fcntl, open), get == getc);
  return 0;
}
