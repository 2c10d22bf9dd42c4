/* process.h - a process that is to be updated, as /proc shows it. */
#ifndef UPSTARE_PROCESS_H
#define UPSTARE_PROCESS_H
#include <stdbool.h>
#include <sys/types.h>

/* A process, as /proc shows it. */
struct process {
  int pid, pidfd;
  int inner_pid; /* its number in its own pid namespace: the file names use it */
  uid_t uid;
  uid_t file_uid; /* with whose rights it opens files: of a server that has given its rights up, another one than it was started with */
  gid_t file_gid;
  int signal;
  char directory[4096];
  bool is_default; /* the directory is not one that the user has chosen */
};

/* Was the program of a process built with upstare-cc?  -1: it cannot be read. */
int is_updatable(int pid);
/* Does the thread that the process began with run still?  Others may without it. */
bool is_first_thread_alive(int pid);
/* Opens a process and checks that it may and can be updated.  Returns 0, or an exit status with a message. */
int open_process(struct process *p, const char *number);
#endif
