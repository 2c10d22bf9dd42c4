/* request.h - asking a process: what is put into its request directory, the signal, and the reply. */
#ifndef UPSTARE_REQUEST_H
#define UPSTARE_REQUEST_H
#include "process.h"
#include <stddef.h>
#include <stdint.h>

/* Asks the process, and waits `limit_ms`.  `value` goes with the signal: 1 asks for the status, more is a deadline in milliseconds;
 * the patch, if there is one, is put in place first.  0 and *reply, which the caller frees, or an exit status with a message. */
int ask(const struct process *p, const char *patch, size_t size, int value, int64_t limit_ms, char **reply);
#endif
