/* control.c - DIR/PID.upd is read, DIR/PID.reply is written, where DIR is ${UPSTARE_DIR:-/tmp/upstare-UID}.
 *
 * A patch is code, so it is taken only from the user who started the program or from root: the directory, its
 * parents and the file must be theirs and not writable by others, and the process must still have the root
 * directory of its start (rule P5).  The file is read once; only that copy is checked and used.
 *
 * A process that has given its rights up may search the directory, read the file, and write over an empty PID.reply that is there
 * for it (tools/upstare.c). */
#include "control.h"
#include "patch.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define PATCH_MAX ((size_t)1 << 30)
#define PIECE 16384 /* of the side stack */

/* Belongs to the user of the start, or to root? */
static bool trusted(unsigned uid) { return uid == ups_state->uid || uid == 0; }

/* Does the process still see the file system that it started with? */
static bool same_root(void) {
  struct stat s;
  return ups_sys(SYS_stat, "/", &s) == 0 && s.st_dev == ups_state->root_device && s.st_ino == ups_state->root_inode;
}

/* Every directory above the request directory: owned by root or the user; writable by others only with the
 * sticky bit, as /tmp is. */
static bool parents_safe(const char *directory) {
  char path[UPS_PATH_MAX];
  struct stat s;
  size_t length = ups_length(directory);
  ups_copy(path, directory, length + 1);
  while (length > 1) {
    while (length > 1 && path[length - 1] != '/')
      length--;
    path[length > 1 ? length - 1 : 1] = 0;
    length = length > 1 ? length - 1 : 1;
    if (ups_sys(SYS_stat, path[0] == '/' ? path : ".", &s) < 0 || !trusted(s.st_uid) || (s.st_mode & 022 && !(s.st_mode & S_ISVTX)))
      return false;
    if (path[0] != '/')
      return false; /* a relative UPSTARE_DIR means something else after chdir */
  }
  return true;
}

/* Where requests come from. */
static const char *directory_name(void) {
  if (!*ups_state->directory) {
    struct ups_text t;
    ups_text_start(&t, ups_state->directory, sizeof ups_state->directory);
    ups_text_add(&t, "/tmp/upstare-");
    ups_text_number(&t, ups_state->uid);
  }
  return ups_state->directory;
}

/* Opens the request directory. */
static long open_directory(enum ups_error *error) {
  struct stat s;
  *error = UPS_ROOT_CHANGED;
  if (!same_root())
    return -1;
  long fd = ups_sys(SYS_open, directory_name(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  *error = UPS_NO_DIRECTORY;
  if (fd < 0)
    return -1;
  *error = UPS_DIRECTORY_OWNER;
  if (ups_sys(SYS_fstat, fd, &s) < 0 || !trusted(s.st_uid) || s.st_mode & 022 || !parents_safe(directory_name())) {
    ups_sys(SYS_close, fd);
    return -1;
  }
  *error = UPS_NONE;
  return fd;
}

/* A file name in the directory: the process id and an ending. */
static void file_name(char *name, size_t size, const char *ending) {
  struct ups_text t;
  ups_text_start(&t, name, size);
  ups_text_number(&t, ups_state->pid);
  ups_text_add(&t, ending);
}

/* Copies a whole file to where it is mapped, for reading.  A child that is forked does not get the page tables of a mapped file, as it would those
 * of anonymous memory: of an updated server, which may fork for each client, that would be most. */
static void *map_copy(long fd, size_t size) {
  int copy = ups_memory_file(size + 1, false);
  if (copy < 0)
    return 0;
  long n = 1, memory = -1;
  for (size_t done = 0; done < size && n > 0; done += n)
    n = ups_sys(SYS_sendfile, copy, fd, &(off_t){done}, size - done);
  ups_memory_file_seal(copy, F_SEAL_WRITE);
  if (n > 0)
    memory = ups_sys(SYS_mmap, 0, size + 1, PROT_READ, MAP_PRIVATE | MAP_POPULATE, copy, 0);
  ups_sys(SYS_close, copy);
  return memory < 0 && memory > -4096 ? 0 : (void *)memory;
}

/* Reads a whole file into anonymous memory. */
static enum ups_error read_whole(long fd, size_t size, void *memory) {
  for (size_t done = 0; done < size;) {
    long n = ups_sys(SYS_pread64, fd, (char *)memory + done, size - done, done);
    if (n == -EINTR)
      continue;
    if (n < 0)
      return UPS_FILE_READ;
    if (n == 0)
      return UPS_TRUNCATED;
    done += n;
  }
  return UPS_NONE;
}

/* Takes a copy of the file, which others may change. */
static enum ups_error take_copy(long fd, size_t size, struct ups_patch *patch) {
  patch->file_size = size;
  if (ups_fault(UPS_FAULT_MEMORY))
    return UPS_NO_MEMORY;
  if ((patch->file = map_copy(fd, size)))
    return UPS_NONE;
  return (patch->file = ups_memory(size + 1)) ? read_whole(fd, size, patch->file) : UPS_NO_MEMORY;
}

/* Is the piece of a file the same in the one that made the version that runs?  But for what debuggers read, where the addresses have been filled
 * in meanwhile. */
static bool same_piece(const struct ups_patch *v, const uint8_t *piece, size_t from, size_t size) {
  const uint8_t *file = v->file;
  size_t start = (size_t)((const uint8_t *)v->blob - file) + v->blob->symfile.offset, end = start + v->blob->symfile.count, to = from + size;
  size_t before = to < start ? to : start, after = from > end ? from : end;
  return (from >= before || ups_same(piece, file + from, before - from)) && (after >= to || ups_same(piece + (after - from), file + after, to - after));
}

/* Is it that file, byte for byte?  The program's threads run meanwhile and want the processors: no memory is taken for it, so that it is over soon. */
static bool is_version(long fd, size_t size) {
  uint8_t piece[PIECE];
  const struct ups_patch *v = ups_state->version;
  bool same = v && v->file_size == size;
  for (size_t at = 0; same && at < size;) {
    long n = ups_sys(SYS_pread64, fd, piece, sizeof piece, at);
    same = n > 0 && (size_t)n <= size - at && same_piece(v, piece, at, (size_t)n);
    at += n > 0 ? (size_t)n : 0;
  }
  return same;
}

/* Opens, checks owner and mode, reads; what is the version's own patch it takes from there. */
static enum ups_error read_file(long directory, const char *path, bool check_owner, struct ups_patch *patch) {
  struct stat s;
  long fd = ups_sys(SYS_openat, directory, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (check_owner ? O_NOFOLLOW : 0));
  enum ups_error error = UPS_NONE;
  if (fd == -ELOOP)
    return UPS_FILE_KIND;
  if (fd < 0)
    return fd == -ENOENT ? UPS_NO_FILE : UPS_FILE_READ;
  if (ups_fault(UPS_FAULT_READ) || ups_sys(SYS_fstat, fd, &s) < 0)
    error = UPS_FILE_READ;
  else if (!S_ISREG(s.st_mode))
    error = UPS_FILE_KIND;
  else if (check_owner && !trusted(s.st_uid))
    error = UPS_FILE_OWNER;
  else if (check_owner && s.st_mode & 022)
    error = UPS_FILE_MODE;
  else if (s.st_size <= 0 || (uint64_t)s.st_size > PATCH_MAX)
    error = UPS_NOT_A_PATCH;
  else if (is_version(fd, s.st_size))
    patch->blob = ups_state->version->blob;
  else
    error = take_copy(fd, s.st_size, patch);
  ups_sys(SYS_close, fd);
  return error;
}

/* Is it for the version that runs? */
static enum ups_error check_version(const struct upstare_patch *p, char *detail) {
  struct ups_text t;
  if (!ups_state->id_size)
    return UPS_NO_BUILD_ID;
  if (p->from_id_size == ups_state->id_size && ups_same(p->from_id, ups_state->id, ups_state->id_size))
    return UPS_NONE;
  ups_text_start(&t, detail, 256);
  ups_text_add(&t, "it applies to ");
  ups_text_add(&t, ups_patch_string(p, p->from_name));
  ups_text_add(&t, " with build-id ");
  ups_text_bytes(&t, p->from_id, p->from_id_size);
  ups_text_add(&t, ", the process runs build-id ");
  ups_text_bytes(&t, ups_state->id, ups_state->id_size);
  return UPS_WRONG_VERSION;
}

/* Reads and checks a patch. */
enum ups_error ups_control_read(const char *path, struct ups_patch *patch, char *detail) {
  enum ups_error error;
  uint64_t size = 0;
  if (path)
    error = read_file(AT_FDCWD, path, false, patch);
  else {
    char name[32];
    long directory = open_directory(&error);
    if (directory < 0)
      return error;
    file_name(name, sizeof name, ".upd");
    error = read_file(directory, name, true, patch);
    ups_sys(SYS_close, directory);
  }
  if (!error && patch->file)
    error = ups_patch_find(patch->file, patch->file_size, &patch->blob, &size);
  if (!error && patch->file)
    error = ups_patch_check(patch->blob, size);
  return error ? error : check_version(patch->blob, detail);
}

/* Writes the file that is there already.  Who waits for it sees by the 0 behind the text that it is whole. */
static void reply_in_place(long directory, const char *name, const struct ups_text *text) {
  long fd = ups_sys(SYS_openat, directory, name, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return;
  struct iovec parts[] = {{text->at, text->used}, {(void *)"", 1}};
  ups_sys(SYS_writev, fd, parts, 2);
  ups_sys(SYS_close, fd);
}

/* Writes PID.reply through a temporary name, where the process may make one. */
void ups_control_reply(const struct ups_text *text) {
  enum ups_error error;
  char name[32], temporary[32];
  if (!ups_may_write(text->used + 1))
    return;
  long directory = open_directory(&error);
  if (directory < 0)
    return;
  file_name(name, sizeof name, ".reply");
  file_name(temporary, sizeof temporary, ".reply.tmp");
  ups_sys(SYS_unlinkat, directory, temporary, 0);
  long fd = ups_sys(SYS_openat, directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd >= 0) {
    bool ok = ups_sys(SYS_write, fd, text->at, text->used) == (long)text->used;
    ups_sys(SYS_close, fd);
    if (ok)
      ups_sys(SYS_renameat, directory, temporary, directory, name);
  } else if (fd == -EACCES)
    reply_in_place(directory, name, text);
  ups_sys(SYS_close, directory);
}

/* Adds the updates that were applied, the last sixteen of them. */
static void add_history(struct ups_text *t) {
  uint32_t first = ups_state->updates > UPS_HISTORY_MAX ? ups_state->updates - UPS_HISTORY_MAX : 0;
  for (uint32_t i = first; i < ups_state->updates; i++) {
    const struct ups_history *h = &ups_state->history[i % UPS_HISTORY_MAX];
    ups_text_add(t, "update ");
    ups_text_number(t, i + 1);
    ups_text_add(t, ": at ");
    ups_text_number(t, h->when);
    ups_text_add(t, " pause ");
    ups_text_number(t, h->pause / 1000);
    ups_text_add(t, " us frames ");
    ups_text_number(t, h->frames);
    ups_text_add(t, "\n");
  }
}

/* Answers with the state of the program: `key: value` lines. */
void ups_control_status(void) {
  char buffer[4096];
  struct ups_text t;
  const struct upstare_patch *p = ups_state->version ? ups_state->version->blob : 0;
  char link[UPS_PATH_MAX];
  long n = p ? 0 : ups_sys(SYS_readlink, "/proc/self/exe", link, sizeof link - 1);
  link[n > 0 ? n : 0] = 0;
  ups_text_start(&t, buffer, sizeof buffer);
  ups_text_add(&t, "status\nversion: ");
  ups_text_add(&t, p ? ups_patch_string(p, p->to_name) : link);
  ups_text_add(&t, "\nbuild-id: ");
  ups_text_bytes(&t, ups_state->id, ups_state->id_size);
  ups_text_add(&t, "\nupdates: ");
  ups_text_number(&t, ups_state->updates);
  ups_text_add(&t, "\nsites: ");
  if (ups_state->image->sites)
    ups_text_number(&t, ups_state->image->site_count);
  else
    ups_text_add(&t, "unknown before the first patch");
  ups_text_add(&t, "\nthreads: ");
  ups_text_number(&t, ups_thread_count());
  ups_text_add(&t, "\nphase: ");
  ups_text_add(&t, ups_state->phase == UPS_IDLE ? "idle" : "an update is waiting for a point where it can be made");
  ups_text_add(&t, "\n");
  add_history(&t);
  ups_control_reply(&t);
}
