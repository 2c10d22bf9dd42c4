/* control.h - the request directory: the patch comes from there, replies go there. */
#ifndef UPS_CONTROL_H
#define UPS_CONTROL_H
#include "state.h"

/* Reads the patch of a request (path 0: PID.upd in the request directory, with all checks of ownership), and
 * checks it.  On success patch->blob is set, and patch->file, which it lies in; file is 0 where that is the version's own patch. */
enum ups_error ups_control_read(const char *path, struct ups_patch *patch, char *detail);
/* Answers: PID.reply appears at once and whole. */
void ups_control_reply(const struct ups_text *text);
/* Answers with the state of the program. */
void ups_control_status(void);
#endif
