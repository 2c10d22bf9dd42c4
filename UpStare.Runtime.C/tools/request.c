/* request.c - a request: the patch is copied to DIR/PID.upd -> the signal -> DIR/PID.reply appears.
 *
 * A convenience: cp and kill serve too.  The signal goes through a pidfd, which cannot hit a later process of the same number. */
#include "request.h"
#include "command.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A request directory, with a request in it. */
struct request {
  char directory_name[4096];
  int directory, guard;
  bool has_patch;
  bool is_shared; /* the process may only read it: what it writes must be there already */
  char patch[32], reply[32], lock[32];
};

/* Opens a request directory that `owner` is to have, making it where it is a default one.  False with a message. */
static bool open_directory(struct request *r, const struct process *p, uid_t owner) {
  struct stat s;
  const char *name = r->directory_name;
  if (mkdir(name, 0700) == 0 && geteuid() == 0 && owner != 0 && chown(name, owner, -1) < 0) {
    error("cannot give '%s' to user %u: %s", name, (unsigned)owner, strerror(errno));
    return false;
  }
  r->directory = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (r->directory < 0 || fstat(r->directory, &s) < 0) {
    error("cannot open the request directory '%s': %s", name, strerror(errno));
    return false;
  }
  if ((s.st_uid != owner && s.st_uid != 0) || s.st_mode & 022) {
    error("the request directory '%s' belongs to or can be written by another user", name);
    return false;
  }
  r->is_shared = geteuid() == 0 && p->file_uid != 0 && p->file_uid != s.st_uid;
  /* it must find the files by their names; what else is there it cannot see */
  if (r->is_shared && p->is_default && (s.st_mode & 0111) != 0111 && fchmod(r->directory, (s.st_mode & 07777) | 0111) < 0) {
    error("cannot let process %d search '%s': %s", p->pid, name, strerror(errno));
    return false;
  }
  return true;
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

/* Makes a file the process's to read.  One that has given its rights up must not get it as its own: others may run as that user. */
static bool give(int fd, const struct request *r, const struct process *p) {
  if (r->is_shared)
    return fchown(fd, -1, p->file_gid) == 0 && fchmod(fd, 0640) == 0;
  return geteuid() != 0 || p->uid == 0 || fchown(fd, p->uid, -1) == 0;
}

/* Writes DIR/PID.upd through a temporary name, readable by the process only. */
static int put_patch(const struct request *r, const struct process *p, const char *bytes, size_t size) {
  char temporary[64];
  snprintf(temporary, sizeof temporary, "%s.tmp", r->patch);
  unlinkat(r->directory, temporary, 0);
  int fd = openat(r->directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return error("cannot write to '%s': %s", r->directory_name, strerror(errno));
  size_t done = 0;
  while (done < size) {
    ssize_t n = write(fd, bytes + done, size - done);
    if (n < 0 && errno != EINTR)
      break;
    done += n > 0 ? n : 0;
  }
  bool failed = done < size || !give(fd, r, p);
  if (close(fd) < 0 || failed || renameat(r->directory, temporary, r->directory, r->patch) < 0) {
    int status = error("cannot write '%s/%s': %s", r->directory_name, r->patch, strerror(errno));
    unlinkat(r->directory, temporary, 0);
    return status;
  }
  return 0;
}

/* The file that the process will write its answer into, where it can make none. */
static int put_reply(const struct request *r, const struct process *p) {
  int fd = openat(r->directory, r->reply, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  int status = fd < 0 || fchown(fd, p->file_uid, -1) < 0 ? error("cannot write '%s/%s': %s", r->directory_name, r->reply, strerror(errno)) : 0;
  if (fd >= 0)
    close(fd);
  return status;
}

#ifndef PIDFD_SIGNAL_THREAD
#define PIDFD_SIGNAL_THREAD 1 /* Linux 6.9 */
#endif

/* Sends the update signal to the process's first thread, or, where it has ended or the kernel cannot do that, to the process.  Then the kernel wakes one
 * thread, and another may take the signal: who was waked for nothing finds its call ended by nobody. */
static long signal_through(const struct process *p, siginfo_t *info) {
  long r = is_first_thread_alive(p->pid) ? syscall(SYS_pidfd_send_signal, p->pidfd, p->signal, info, PIDFD_SIGNAL_THREAD) : -1;
  return r == 0 ? r : syscall(SYS_pidfd_send_signal, p->pidfd, p->signal, info, 0);
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
  long r = p->pidfd >= 0 ? signal_through(p, &info) : -1;
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

/* The reply, if it is there, is whole, and its first word is (status) or is not (apply) `status`. */
static char *read_reply(const struct request *r, bool status) {
  size_t size;
  int fd = openat(r->directory, r->reply, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return 0;
  char *text = read_all(fd, &size);
  close(fd);
  bool is_whole = text && (!r->is_shared || (size && !text[size - 1]));
  if (is_whole && !strncmp(text, "status\n", 7) == status)
    return text;
  free(text);
  return 0;
}

/* Waits for a reply to any of the requests.  0 with a message. */
static char *wait_reply(const struct request *requests, unsigned count, const struct process *p, bool status, int64_t limit_ms) {
  int64_t end = now_ms() + limit_ms;
  bool gone = false;
  for (;;) {
    for (unsigned i = 0; i < count; i++) {
      char *text = read_reply(&requests[i], status);
      if (text)
        return text;
    }
    if (gone) {
      error("process %d ended before it answered", p->pid);
      return 0;
    }
    if (now_ms() > end) {
      error("process %d does not answer: it is stopped, blocks signal %d, or cannot search the directory '%s'", p->pid, p->signal, requests[count - 1].directory_name);
      return 0;
    }
    struct pollfd wait = {.fd = p->pidfd, .events = POLLIN};
    gone = p->pidfd >= 0 ? poll(&wait, 1, 2) == 1 : (usleep(2000), kill(p->pid, 0) < 0 && errno == ESRCH);
  }
}

/* Puts a request into a directory: the patch, if there is one.  Returns 0, or an exit status with a message. */
static int put_request(struct request *r, const struct process *p, const char *directory, uid_t owner, const char *patch, size_t size) {
  *r = (struct request){.directory = -1, .guard = -1};
  snprintf(r->directory_name, sizeof r->directory_name, "%s", directory);
  snprintf(r->patch, sizeof r->patch, "%d.upd", p->inner_pid);
  snprintf(r->reply, sizeof r->reply, "%d.reply", p->inner_pid);
  snprintf(r->lock, sizeof r->lock, "%d.lock", p->inner_pid);
  if (!open_directory(r, p, owner) || (r->guard = lock(r->directory, r->lock)) < 0)
    return ERROR;
  unlinkat(r->directory, r->reply, 0);
  r->has_patch = patch;
  int status = r->is_shared ? put_reply(r, p) : 0;
  return status || !patch ? status : put_patch(r, p, patch, size);
}

/* Takes everything of it away. */
static void remove_request(const struct request *r) {
  if (r->guard >= 0) {
    if (r->has_patch)
      unlinkat(r->directory, r->patch, 0);
    unlinkat(r->directory, r->reply, 0);
    unlinkat(r->directory, r->lock, 0);
    close(r->guard);
  }
  if (r->directory >= 0)
    close(r->directory);
}

/* Asks the process and waits.  A process looks into the directory of the user who started it.  Root cannot see who that was: the
 * user that it has now, or root, and it has given its rights up; so there is a request for both.  If there is something wrong
 * with the second directory, which anybody could have made, it has been said, and the first goes on. */
int ask(const struct process *p, const char *patch, size_t size, int value, int64_t limit_ms, char **reply) {
  struct request requests[2];
  unsigned count = 1;
  int status = put_request(&requests[0], p, p->directory, p->uid, patch, size);
  if (!status && geteuid() == 0 && p->uid != 0 && p->is_default)
    put_request(&requests[count++], p, "/tmp/upstare-0", 0, patch, size);
  if (!status)
    status = send_request(p, value);
  if (!status && !(*reply = wait_reply(requests, count, p, !patch, limit_ms)))
    status = ERROR;
  for (unsigned i = 0; i < count; i++)
    remove_request(&requests[i]);
  return status;
}
