/* command.c - see command.h. */
#include "command.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Prints `upstare: error: ...`; returns the exit status ERROR. */
int error(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("upstare: error: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return ERROR;
}

/* Prints `upstare: refused: ...`; returns REFUSED. */
int refuse(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("upstare: refused: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return REFUSED;
}

/* Reads a whole file into memory that the caller frees; *size excludes the 0 that is added.  0: errno says why. */
char *read_all(int fd, size_t *size) {
  char *buffer = 0;
  size_t room = 0;
  *size = 0;
  for (;;) {
    if (room - *size < 65536 && !(buffer = realloc(buffer, room = room * 2 + 65537)))
      return 0;
    ssize_t n = read(fd, buffer + *size, room - *size - 1);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      free(buffer);
      return 0;
    }
    if (n == 0)
      break;
    *size += n;
  }
  buffer[*size] = 0;
  return buffer;
}
