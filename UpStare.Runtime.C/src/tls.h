/* tls.h - thread-local variables that come with patches. */
#ifndef UPS_TLS_H
#define UPS_TLS_H
#include "state.h"

/* Finds room for a patch's thread-local data: their offset from the thread pointer, the same in all threads.  Nothing is taken before
 * ups_tls_commit.  False: too little is left. */
bool ups_tls_take(uint32_t size, uintptr_t *offset);
/* Gives all threads the initial values of what the patch brings; nobody looks there yet. */
void ups_tls_start(const struct ups_patch *patch);
/* The room is taken; threads to come begin with these values. */
void ups_tls_commit(const struct ups_patch *patch);
/* A thread begins. */
void ups_tls_begin(void);
#endif
