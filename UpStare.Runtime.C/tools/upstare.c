/* upstare.c - the operator's command: apply a patch to a running program, ask for its state, list programs.
 *
 *   apply: check the process -> copy the patch to DIR/PID.upd -> signal -> wait for DIR/PID.reply -> report
 *
 * A convenience: cp and kill serve too.  What must not go wrong is the signal: a real-time signal to a process
 * without handler kills it.  So the process must be an UpStare program (a note in its executable) that catches the
 * signal (SigCgt), and the signal goes through a pidfd, which cannot hit a later process of the same number.
 * Whether the patch fits is the process's own business: only it knows which version it is in. */
#include "../include/upstare_abi.h"
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define VERSION "1.0"
#define GRACE_MS 3000 /* how much longer than its deadline a process may take to answer */

enum { UPDATED = 0, ERROR = 1, REFUSED = 2, DEADLINE = 3 };

/* A process, as /proc shows it. */
struct process {
  int pid, pidfd;
  int inner_pid; /* its number in its own pid namespace: the file names use it */
  uid_t uid;
  int signal;
  char directory[4096];
};

/* Prints `upstare: error: ...`; returns the exit status ERROR. */
__attribute__((format(printf, 1, 2))) static int error(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("upstare: error: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return ERROR;
}

/* Prints `upstare: refused: ...`; returns REFUSED. */
__attribute__((format(printf, 1, 2))) static int refuse(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("upstare: refused: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return REFUSED;
}

/* Opens /proc/PID/NAME. */
static int open_proc(int pid, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  return open(path, O_RDONLY | O_CLOEXEC);
}

/* Reads a whole file into memory that the caller frees; *size excludes the 0 that is added.  0: errno says why. */
static char *read_all(int fd, size_t *size) {
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
static int is_updatable(int pid) {
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
  if (directory && *directory)
    snprintf(p->directory, sizeof p->directory, "%s", directory);
  else
    snprintf(p->directory, sizeof p->directory, "/tmp/upstare-%u", (unsigned)p->uid);
  free(environment);
}

/* Opens a process and checks that it may and can be updated.  Returns 0, or an exit status with a message. */
static int open_process(struct process *p, const char *number) {
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
  const char *uid = status_line(status, "Uid:"), *inner = status_line(status, "NSpid:"), *caught = status_line(status, "SigCgt:");
  p->uid = uid ? (uid_t)strtoul(uid, 0, 10) : (uid_t)-1;
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

/* Opens the request directory, making it where it is the default one.  -1 with a message. */
static int open_directory(const struct process *p) {
  struct stat s;
  if (mkdir(p->directory, 0700) == 0 && geteuid() == 0 && p->uid != 0 && chown(p->directory, p->uid, -1) < 0) {
    error("cannot give '%s' to user %u: %s", p->directory, (unsigned)p->uid, strerror(errno));
    return -1;
  }
  int fd = open(p->directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &s) < 0) {
    error("cannot open the request directory '%s': %s", p->directory, strerror(errno));
    return -1;
  }
  if ((s.st_uid != p->uid && s.st_uid != 0) || s.st_mode & 022) {
    error("the request directory '%s' belongs to or can be written by another user", p->directory);
    close(fd);
    return -1;
  }
  return fd;
}

/* One command a process at a time: locks DIR/PID.lock.  -1 with a message. */
static int lock(int directory, const char *name) {
  for (;;) {
    struct stat mine, there;
    int fd = openat(directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) < 0) {
      error("cannot lock '%s': %s", name, strerror(errno));
      return -1;
    }
    /* who had it may have removed it while we waited */
    if (fstat(fd, &mine) == 0 && fstatat(directory, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && mine.st_ino == there.st_ino)
      return fd;
    close(fd);
  }
}

/* Reads the patch; only one that nobody else could have written.  0 with a message and *status. */
static char *read_patch(const char *path, const struct process *p, size_t *size, int *status) {
  struct stat s;
  char *patch = 0;
  *status = ERROR;
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &s) < 0)
    error("cannot open '%s': %s", path, strerror(errno));
  else if (!S_ISREG(s.st_mode))
    error("cannot read '%s': not a regular file", path);
  else if (s.st_uid != 0 && s.st_uid != p->uid && s.st_uid != geteuid())
    *status = refuse("'%s' belongs to another user", path);
  else if (s.st_mode & 022)
    *status = refuse("'%s' can be written by group or others", path);
  else if (!(patch = read_all(fd, size)))
    error("cannot read '%s': %s", path, strerror(errno));
  if (fd >= 0)
    close(fd);
  return patch;
}

/* Writes DIR/NAME through a temporary name, readable by the process only. */
static int put_patch(int directory, const struct process *p, const char *name, const char *bytes, size_t size) {
  char temporary[64];
  snprintf(temporary, sizeof temporary, "%s.tmp", name);
  unlinkat(directory, temporary, 0);
  int fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return error("cannot write to '%s': %s", p->directory, strerror(errno));
  size_t done = 0;
  while (done < size) {
    ssize_t n = write(fd, bytes + done, size - done);
    if (n < 0 && errno != EINTR)
      break;
    done += n > 0 ? n : 0;
  }
  int failed = done < size || (geteuid() == 0 && p->uid != 0 && fchown(fd, p->uid, -1) < 0);
  if (close(fd) < 0 || failed || renameat(directory, temporary, directory, name) < 0) {
    int status = error("cannot write '%s/%s': %s", p->directory, name, strerror(errno));
    unlinkat(directory, temporary, 0);
    return status;
  }
  return 0;
}

/* Sends the update signal with a value. */
static int send_request(const struct process *p, int value) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = p->signal;
  info.si_code = SI_QUEUE;
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value.sival_int = value;
  long r = p->pidfd >= 0 ? syscall(SYS_pidfd_send_signal, p->pidfd, p->signal, &info, 0) : -1;
  if (r < 0 && (p->pidfd < 0 || errno == ENOSYS))
    r = syscall(SYS_rt_sigqueueinfo, p->pid, p->signal, &info);
  if (r < 0)
    return errno == ESRCH ? error("%d: no such process", p->pid) : error("cannot signal process %d: %s", p->pid, strerror(errno));
  return 0;
}

/* Milliseconds on the monotonic clock. */
static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for a reply whose first word is (status) or is not (apply) `status`.  0 with a message. */
static char *wait_reply(int directory, const char *name, const struct process *p, bool status, int64_t limit_ms) {
  int64_t end = now_ms() + limit_ms;
  bool gone = false;
  for (;;) {
    int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0) {
      size_t size;
      char *text = read_all(fd, &size);
      close(fd);
      if (text && !strncmp(text, "status\n", 7) == status)
        return text;
      free(text);
    }
    if (gone) {
      error("process %d ended before it answered", p->pid);
      return 0;
    }
    if (now_ms() > end) {
      error("process %d does not answer: it is stopped, or blocks signal %d", p->pid, p->signal);
      return 0;
    }
    struct pollfd wait = {.fd = p->pidfd, .events = POLLIN};
    gone = p->pidfd >= 0 ? poll(&wait, 1, 2) == 1 : (usleep(2000), kill(p->pid, 0) < 0 && errno == ESRCH);
  }
}

/* Prints the answer to an apply; returns the exit status. */
static int report(const char *reply) {
  static const struct {
    const char *word;
    int status;
  } words[] = {{"updated", UPDATED}, {"error", ERROR}, {"refused", REFUSED}, {"deadline", DEADLINE}};
  const char *text = strchr(reply, '\n');
  size_t length = text ? (size_t)(text - reply) : strlen(reply);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strlen(words[i].word) == length && !strncmp(reply, words[i].word, length)) {
      FILE *to = words[i].status ? stderr : stdout;
      fprintf(to, words[i].status ? "upstare: %s: %s" : "%s: %s", words[i].word, text ? text + 1 : "\n");
      return words[i].status;
    }
  return error("the process gave an answer that this version of upstare does not know");
}

/* Asks the process and waits.  A patch is put in place first and removed afterwards. */
static int ask(const struct process *p, const char *patch, size_t size, int value, int64_t limit_ms, char **reply) {
  char upd[32], answer[32], lock_name[32];
  snprintf(upd, sizeof upd, "%d.upd", p->inner_pid);
  snprintf(answer, sizeof answer, "%d.reply", p->inner_pid);
  snprintf(lock_name, sizeof lock_name, "%d.lock", p->inner_pid);
  int directory = open_directory(p), guard = -1, status = ERROR;
  if (directory >= 0 && (guard = lock(directory, lock_name)) >= 0) {
    unlinkat(directory, answer, 0);
    status = patch ? put_patch(directory, p, upd, patch, size) : 0;
    if (!status)
      status = send_request(p, value);
    if (!status && !(*reply = wait_reply(directory, answer, p, !patch, limit_ms)))
      status = ERROR;
    if (patch)
      unlinkat(directory, upd, 0);
    unlinkat(directory, answer, 0);
    unlinkat(directory, lock_name, 0);
    close(guard);
  }
  if (directory >= 0)
    close(directory);
  return status;
}

/* upstare apply. */
static int apply(const char *pid, const char *path, int64_t timeout_ms) {
  struct process p;
  size_t size;
  char *reply = 0;
  int status = open_process(&p, pid);
  if (status)
    return status;
  char *patch = read_patch(path, &p, &size, &status);
  if (!patch)
    return status;
  status = ask(&p, patch, size, (int)timeout_ms, timeout_ms + GRACE_MS, &reply);
  free(patch);
  if (!status)
    status = report(reply);
  free(reply);
  return status;
}

/* Prints the lines of a status reply; times as people write them. */
static void print_status(const char *text) {
  char *copy = strdup(text), *save = 0;
  for (char *line = copy ? strtok_r(copy, "\n", &save) : 0; line; line = strtok_r(0, "\n", &save)) {
    unsigned n, frames;
    int64_t at, pause;
    char when[64];
    if (sscanf(line, "update %u: at %" SCNd64 " pause %" SCNd64 " us frames %u", &n, &at, &pause, &frames) == 4) {
      time_t seconds = at;
      strftime(when, sizeof when, "%F %T %z", localtime(&seconds));
      printf("update %u: %s, pause %" PRId64 " us, %u frames\n", n, when, pause, frames);
    } else
      puts(line);
  }
  free(copy);
}

/* upstare status. */
static int show_status(const char *pid) {
  struct process p;
  char *reply = 0;
  int status = open_process(&p, pid);
  if (!status)
    status = ask(&p, 0, 0, 1, GRACE_MS, &reply);
  if (!status)
    print_status(reply + 7);
  free(reply);
  return status;
}

/* upstare list: the processes whose program can be updated, as far as this user can see. */
static int list(void) {
  DIR *proc = opendir("/proc");
  if (!proc)
    return error("cannot read /proc: %s", strerror(errno));
  for (struct dirent *entry; (entry = readdir(proc));) {
    char *end, link[64], target[4096];
    long pid = strtol(entry->d_name, &end, 10);
    if (*end || end == entry->d_name || is_updatable((int)pid) != 1)
      continue;
    snprintf(link, sizeof link, "/proc/%ld/exe", pid);
    ssize_t n = readlink(link, target, sizeof target - 1);
    target[n > 0 ? n : 0] = 0;
    printf("%ld %s\n", pid, target);
  }
  closedir(proc);
  return 0;
}

/* Prints how to call. */
static void usage(FILE *to) {
  fputs("Usage: upstare apply [--timeout SECONDS] PID PATCH\n"
        "       upstare status PID\n"
        "       upstare list\n"
        "Updates running programs that were built with upstare-cc.\n\n"
        "  apply   apply PATCH to process PID; it goes on in the new version\n"
        "          exit status: 0 updated, 1 error, 2 refused, 3 deadline passed\n"
        "  status  show version, build-id, updates, sites and threads of process PID\n"
        "  list    list the processes that can be updated\n\n"
        "  --timeout SECONDS  how long to look for a moment for the update (5)\n"
        "  --help, --version\n",
        to);
}

/* Says what is wrong with the call. */
static int wrong_call(const char *what) {
  error("%s", what);
  usage(stderr);
  return ERROR;
}

/* Reads the arguments of apply. */
static int apply_command(int count, char **arguments) {
  int64_t timeout_ms = 5000;
  const char *words[2];
  int given = 0;
  for (int i = 0; i < count; i++) {
    const char *value = 0;
    if (!strcmp(arguments[i], "--timeout"))
      value = i + 1 < count ? arguments[++i] : "";
    else if (!strncmp(arguments[i], "--timeout=", 10))
      value = arguments[i] + 10;
    else if (arguments[i][0] == '-')
      return wrong_call("unknown option");
    else if (given == 2)
      return wrong_call("too many arguments");
    else
      words[given++] = arguments[i];
    if (value) {
      char *end;
      double seconds = strtod(value, &end);
      if (*end || end == value || !(seconds >= 0.002 && seconds <= 86400))
        return wrong_call("--timeout takes a number of seconds");
      timeout_ms = (int64_t)(seconds * 1000);
    }
  }
  return given == 2 ? apply(words[0], words[1], timeout_ms) : wrong_call("apply takes a PID and a PATCH");
}

int main(int count, char **arguments) {
  const char *command = count > 1 ? arguments[1] : "";
  if (!strcmp(command, "--help") || !strcmp(command, "-h")) {
    usage(stdout);
    return 0;
  }
  if (!strcmp(command, "--version")) {
    puts("upstare " VERSION);
    return 0;
  }
  if (!strcmp(command, "apply"))
    return apply_command(count - 2, arguments + 2);
  if (!strcmp(command, "status"))
    return count == 3 ? show_status(arguments[2]) : wrong_call("status takes a PID");
  if (!strcmp(command, "list"))
    return count == 2 ? list() : wrong_call("list takes no arguments");
  return wrong_call(count > 1 ? "unknown command" : "no command");
}
