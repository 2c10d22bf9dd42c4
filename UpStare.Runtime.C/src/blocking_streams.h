/* blocking_streams.h - what calls share that read from a stream.
 *
 * The members of FILE that are used here are those that the library's own inline functions use: they cannot change. */
#ifndef UPS_BLOCKING_STREAMS_H
#define UPS_BLOCKING_STREAMS_H
#include "blocking_call.h"

/* Places in ups_call.arg; the rest is the call's own. */
enum { UPS_STREAM, UPS_STREAM_LOCKED, UPS_STREAM_ARGS };

static inline FILE *ups_stream_of(const struct ups_call *c) { return (FILE *)c->arg[UPS_STREAM]; }

/* Bytes in the buffer. */
static inline size_t ups_stream_has(const FILE *f) { return f->_IO_read_ptr < f->_IO_read_end ? (size_t)(f->_IO_read_end - f->_IO_read_ptr) : 0; }

/* Can another thread come between? */
static inline bool ups_stream_needs_lock(const FILE *f) { return !__libc_single_threaded && !(f->_flags & _IO_USER_LOCK); }

/* From the call's beginning to its end, on whatever stack that is. */
static inline void ups_stream_lock(struct ups_call *c, bool locks) {
  c->arg[UPS_STREAM_LOCKED] = locks && ups_stream_needs_lock(ups_stream_of(c));
  if (c->arg[UPS_STREAM_LOCKED])
    flockfile(ups_stream_of(c));
}
static inline void ups_stream_unlock(const struct ups_call *c) {
  if (c->arg[UPS_STREAM_LOCKED])
    funlockfile(ups_stream_of(c));
}

/* The same where the thread is cancelled in libc's function: for pthread_cleanup_push. */
static inline void ups_stream_cancelled(void *call) { ups_stream_unlock(call); }

/* Fills an empty buffer, which can wait: 1; 0 at the end, or with an error; -UPS_INTERRUPTED: an update wants to come between. */
int ups_stream_fill(struct ups_call *c);
#endif
