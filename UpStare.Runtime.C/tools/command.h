/* command.h - what the files of the command share: how it speaks, and how it ends. */
#ifndef UPSTARE_COMMAND_H
#define UPSTARE_COMMAND_H
#include <stddef.h>

enum { UPDATED = 0, ERROR = 1, REFUSED = 2, DEADLINE = 3 };

/* Prints `upstare: error: ...`; returns the exit status ERROR. */
__attribute__((format(printf, 1, 2))) int error(const char *format, ...);
/* Prints `upstare: refused: ...`; returns REFUSED. */
__attribute__((format(printf, 1, 2))) int refuse(const char *format, ...);
/* Reads a whole file into memory that the caller frees; *size excludes the 0 that is added.  0: errno says why. */
char *read_all(int fd, size_t *size);
#endif
