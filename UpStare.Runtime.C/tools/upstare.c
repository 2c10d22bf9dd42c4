/* upstare.c - the operator's command: apply a patch to a running program, ask for its state, list programs.
 *
 *   apply: check the process (process.c) -> ask it (request.c) -> report
 *
 * Whether the patch fits is the process's own business: only it knows which version it is in. */
#include "command.h"
#include "process.h"
#include "request.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define VERSION "1.0"
#define GRACE_MS 3000 /* how much longer than its deadline a process may take to answer */

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
