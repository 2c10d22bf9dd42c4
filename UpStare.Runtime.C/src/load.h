/* load.h - bringing a patch into memory. */
#ifndef UPS_LOAD_H
#define UPS_LOAD_H
#include "state.h"

/* Makes ups_state->patch from a file (0: the one in the request directory).  On an error nothing of it is left. */
enum ups_error ups_load(const char *path, char *detail);
/* Forgets the tables of the executable that a dropped patch had brought. */
void ups_load_forget(void);
#endif
