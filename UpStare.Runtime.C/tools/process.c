/* process.c - what /proc tells of a process.
 *
 * What must not go wrong is the signal: a real-time signal to a process without handler kills it.  So the process must be an
 * UpStare program (a note in its executable) that catches the signal (SigCgt). */
#include "process.h"
#include "command.h"
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The state of a thread, as /proc says it ('R', 'S', 'Z'...); 0: there is no such thread.  The name before it, in parentheses, may hold anything. */
static char state_of(int pid, int tid) {
  char path[64], stat[512];
  snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, tid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read(fd, stat, sizeof stat - 1);
  if (fd >= 0)
    close(fd);
  stat[n > 0 ? n : 0] = 0;
  const char *name_end = strrchr(stat, ')');
  return name_end && name_end[1] ? name_end[2] : 0;
}

static bool is_living(int pid, int tid) {
  char state = state_of(pid, tid);
  return state && state != 'Z' && state != 'X';
}

/* Does the thread that the process began with run still?  Others may without it. */
bool is_first_thread_alive(int pid) { return is_living(pid, pid); }

/* A thread that runs: of one that has ended /proc has neither program nor environment.  The first, if all have. */
static int living_thread(int pid) {
  char path[64];
  int living = is_first_thread_alive(pid) ? pid : 0;
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *threads = living ? 0 : opendir(path);
  for (const struct dirent *entry; threads && !living && (entry = readdir(threads));) {
    int tid = atoi(entry->d_name);
    living = tid > 0 && tid != pid && is_living(pid, tid) ? tid : 0;
  }
  if (threads)
    closedir(threads);
  return living ? living : pid;
}

/* Opens /proc/PID/NAME. */
static int open_proc(int pid, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task/%d/%s", pid, living_thread(pid), name);
  return open(path, O_RDONLY | O_CLOEXEC);
}

/* Reads a file of /proc/PID, or 0. */
static char *read_proc(int pid, const char *name, size_t *size) {
  int fd = open_proc(pid, name);
  if (fd < 0)
    return 0;
  char *text = read_all(fd, size);
  close(fd);
  return text;
}

/* Does one note segment hold UpStare's note? */
static bool note_in(int fd, const Elf64_Phdr *p) {
  char notes[4096];
  ssize_t size = pread(fd, notes, p->p_filesz < sizeof notes ? p->p_filesz : sizeof notes, p->p_offset);
  size_t align = p->p_align == 8 ? 7 : 3;
  for (size_t at = 0; size > 0 && at + sizeof(Elf64_Nhdr) <= (size_t)size;) {
    Elf64_Nhdr note;
    memcpy(&note, notes + at, sizeof note);
    at += sizeof note;
    if (note.n_namesz == 8 && at + 8 <= (size_t)size && !memcmp(notes + at, "UpStare", 8))
      return true;
    at += (note.n_namesz + align) & ~align;
    at += (note.n_descsz + align) & ~align;
  }
  return false;
}

/* Was the program of a process built with upstare-cc?  -1: it cannot be read. */
int is_updatable(int pid) {
  Elf64_Ehdr e;
  Elf64_Phdr p;
  int fd = open_proc(pid, "exe"), found = 0;
  if (fd < 0)
    return -1;
  if (pread(fd, &e, sizeof e, 0) == sizeof e && !memcmp(e.e_ident, ELFMAG, SELFMAG) && e.e_ident[EI_CLASS] == ELFCLASS64)
    for (unsigned i = 0; i < e.e_phnum && !found; i++)
      if (pread(fd, &p, sizeof p, e.e_phoff + i * sizeof p) == sizeof p && p.p_type == PT_NOTE)
        found = note_in(fd, &p);
  close(fd);
  return found;
}

/* The value behind a key at the start of a line of /proc/PID/status, or 0. */
static const char *status_line(const char *status, const char *key) {
  size_t length = strlen(key);
  for (const char *line = status; line; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (!strncmp(line, key, length))
      return line + length;
  }
  return 0;
}

/* The last number of a line: of "Uid:" and "Gid:" the one that counts for files. */
static unsigned last_number(const char *line, unsigned otherwise) {
  char *end;
  for (unsigned long n; line && *line && *line != '\n'; line = end) {
    n = strtoul(line, &end, 10);
    if (end == line)
      break;
    otherwise = (unsigned)n;
  }
  return otherwise;
}

/* A variable of the process's environment at its start, or 0. */
static const char *variable(const char *environment, size_t size, const char *name) {
  size_t length = strlen(name);
  for (size_t at = 0; at < size; at += strlen(environment + at) + 1)
    if (!strncmp(environment + at, name, length) && environment[at + length] == '=')
      return environment + at + length + 1;
  return 0;
}

/* Finds out which signal and directory the process uses: the environment that it was started with says. */
static void read_environment(struct process *p) {
  size_t size = 0;
  char *environment = read_proc(p->pid, "environ", &size);
  const char *directory = environment ? variable(environment, size, "UPSTARE_DIR") : getenv("UPSTARE_DIR");
  const char *number = environment ? variable(environment, size, "UPSTARE_SIGNAL") : getenv("UPSTARE_SIGNAL");
  int chosen = number ? atoi(number) : 0;
  p->signal = chosen >= 1 && chosen <= 64 ? chosen : SIGRTMIN + 13;
  p->is_default = !directory || !*directory;
  if (!p->is_default)
    snprintf(p->directory, sizeof p->directory, "%s", directory);
  else
    snprintf(p->directory, sizeof p->directory, "/tmp/upstare-%u", (unsigned)p->uid);
  free(environment);
}

/* Opens a process and checks that it may and can be updated.  Returns 0, or an exit status with a message. */
int open_process(struct process *p, const char *number) {
  char *end;
  size_t size;
  long pid = strtol(number, &end, 10);
  if (*end || end == number || pid <= 0 || pid > 1 << 30)
    return error("'%s' is not a process id (PID)", number);
  p->pid = p->inner_pid = (int)pid;
  p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
  char *status = read_proc(p->pid, "status", &size);
  if (!status || (p->pidfd < 0 && errno == ESRCH)) {
    free(status);
    return error("%d: no such process", p->pid);
  }
  const char *uid = status_line(status, "Uid:"), *inner = status_line(status, "NStgid:"), *caught = status_line(status, "SigCgt:");
  p->uid = uid ? (uid_t)strtoul(uid, 0, 10) : (uid_t)-1;
  p->file_uid = last_number(uid, p->uid);
  p->file_gid = last_number(status_line(status, "Gid:"), (gid_t)-1);
  for (char *next; inner && *inner && *inner != '\n'; inner = next) {
    long n = strtol(inner, &next, 10);
    if (next == inner)
      break;
    p->inner_pid = (int)n;
  }
  uint64_t handlers = caught ? strtoull(caught, 0, 16) : 0;
  free(status);
  if (geteuid() != 0 && geteuid() != p->uid)
    return error("process %d belongs to another user", p->pid);
  int updatable = is_updatable(p->pid);
  if (updatable < 0)
    return error("cannot read the program of process %d: %s", p->pid, strerror(errno));
  if (!updatable)
    return error("process %d cannot be updated: its program was not built with upstare-cc", p->pid);
  read_environment(p);
  if (!(handlers >> (p->signal - 1) & 1))
    return error("process %d does not handle signal %d: it is not updatable (yet, or any more)", p->pid, p->signal);
  return 0;
}
