/* scenes.h - a scene is a call that blocks, and what ends it.  The main thread plays one after the other; it says `waiting
 * NAME` (or `timing NAME`, if a time-out will end the call), blocks, and says `done NAME right` or what was wrong.  The
 * stage hand, a second thread, reads a byte of standard input for each scene that does not end by itself, and ends it.  So
 * whoever holds the other end can do what he likes while both threads are blocked. */
#ifndef SCENES_H
#define SCENES_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct scene {
  const char *name;
  bool (*play)(void);  /* blocks; was everything as it should be? */
  void (*end)(void);   /* 0: it ends by itself, by a time-out */
};

/* The scenes of a file, ended by one without a name. */
extern const struct scene scenes_of_descriptors[], scenes_of_times[], scenes_of_locks[], scenes_of_processes[], scenes_of_streams[];

/* A pipe and a pair of sockets, new for each scene. */
extern int pipes[2], sockets[2];
/* Time-outs of scenes, and whether that time has passed since the scene began, and no more. */
#define WHILE_MS 400
bool in_time(void);
struct timespec from_now(clockid_t clock);
#endif
