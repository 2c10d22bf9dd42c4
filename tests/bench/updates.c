/* updates.c - updates a process again and again, and tells how long each took, from the request to the reply that says
 * that all threads go on: what `upstare apply` does, without starting a process for each.
 *
 * Where it may, it runs with real-time priority: how long *it* waits for a processor is not what is measured.
 *
 *   updates PID PATCH COUNT [PAUSE_US]   prints a line "latency_us pause_us" for each; exit status 1: one was not made */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int copy(const char *from, const char *to)
{
  static char buffer[1 << 16];
  int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ssize_t n = -1;
  while (in >= 0 && out >= 0 && (n = read(in, buffer, sizeof buffer)) > 0)
    if (write(out, buffer, (size_t)n) != n)
      return -1;
  close(in);
  return close(out) | (int)n;
}

/* Waits for the reply; returns its length. */
static long wait_reply(int watch, const char *path, char *reply, size_t size)
{
  for (double end = now() + 15e6; now() < end;) {
    char events[4096];
    int fd = open(path, O_RDONLY);
    if (fd >= 0) {
      long n = read(fd, reply, size - 1);
      close(fd);
      unlink(path);
      return n;
    }
    struct pollfd one = {.fd = watch, .events = POLLIN};
    if (poll(&one, 1, 100) == 1 && read(watch, events, sizeof events) < 0)
      return -1;
  }
  return -1;
}

int main(int argc, char **argv)
{
  char directory[256], patch[320], reply_path[320], reply[65536];
  if (argc < 4)
    return fputs("usage: updates PID PATCH COUNT [PAUSE_US]\n", stderr), 2;
  int pid = atoi(argv[1]), failed = 0;
  const char *given = getenv("UPSTARE_DIR"), *number = getenv("UPSTARE_SIGNAL");
  int signal = number && *number ? atoi(number) : SIGRTMIN + 13;
  struct stat process;
  snprintf(directory, sizeof directory, "/proc/%d", pid);
  if (stat(directory, &process))
    return perror(directory), 2;
  if (given && *given)
    snprintf(directory, sizeof directory, "%s", given);
  else
    snprintf(directory, sizeof directory, "/tmp/upstare-%u", process.st_uid);
  sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1});
  mkdir(directory, 0700);
  snprintf(patch, sizeof patch, "%s/%d.upd", directory, pid);
  snprintf(reply_path, sizeof reply_path, "%s/%d.reply", directory, pid);
  int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  /* another user's process: directory and file are its own */
  if (process.st_uid != getuid() && chown(directory, process.st_uid, process.st_gid))
    return perror(directory), 2;
  if (watch < 0 || copy(argv[2], patch) || (process.st_uid != getuid() && chown(patch, process.st_uid, process.st_gid)) || inotify_add_watch(watch, directory, IN_MOVED_TO) < 0)
    return perror("updates"), 2;
  unlink(reply_path);
  for (int i = atoi(argv[3]); i > 0 && !failed; i--) {
    double start = now();
    if (sigqueue(pid, signal, (union sigval){0}) < 0)
      return perror("updates"), 2;
    long n = wait_reply(watch, reply_path, reply, sizeof reply);
    double took = now() - start;
    reply[n > 0 ? n : 0] = 0;
    const char *pause = strstr(reply, "pause ");
    failed = strncmp(reply, "updated\n", 8) != 0;
    if (failed)
      fprintf(stderr, "updates: %s\n", n > 0 ? reply : "no reply");
    else
      printf("%.0f %d\n", took, pause ? atoi(pause + 6) : -1);
    usleep(argc > 4 ? (useconds_t)atoi(argv[4]) : 1000);
  }
  unlink(patch);
  return failed;
}
