/* What a disk is told, written down: loaded before a program (LD_PRELOAD) it lets everything pass and logs each change
 * to files below one folder, and each wait for the disk. From the log the state after a power cut at any moment can be
 * made: what was not synced is gone, or there in part. It can also let the disk fill up or fail.
 *
 *   POWER_ROOT   the folder that is watched (absolute, without links)
 *   POWER_LOG    the log, outside of it; records are appended
 *   POWER_FULL   after so many bytes no write succeeds (ENOSPC)
 *   POWER_BAD    the n-th wait for the disk fails (EIO), and all after it
 *   POWER_CLOCK  seconds added to what the machine says the time is
 *
 * A record: one byte what, then four bytes each of the lengths of path, second path and data, eight bytes each of inode
 * and offset, then path, second path, data. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define FDS 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static long long left = -1, good_syncs = -1, clock_offset;
static unsigned char watched[FDS];

static void begin(void) {
  static int begun;
  if (begun) return;
  begun = 1;
  const char *where = getenv("POWER_ROOT"), *log = getenv("POWER_LOG");
  if (where) {
    snprintf(root, sizeof root, "%s", where);
    root_length = strlen(root);
  }
  if (log) log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (getenv("POWER_FULL")) left = atoll(getenv("POWER_FULL"));
  if (getenv("POWER_BAD")) good_syncs = atoll(getenv("POWER_BAD"));
  if (getenv("POWER_CLOCK")) clock_offset = atoll(getenv("POWER_CLOCK"));
}

__attribute__((constructor)) static void loaded(void) { begin(); }

/* The absolute path of a name below a folder, its last part not followed. */
static int absolute(int dir, const char *name, char *out) {
  char joined[PATH_MAX], folder[PATH_MAX];
  if (name[0] == '/') {
    snprintf(joined, sizeof joined, "%s", name);
  } else {
    char base[PATH_MAX];
    if (dir == AT_FDCWD) {
      if (!getcwd(base, sizeof base)) return 0;
    } else {
      char link[64];
      snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
      ssize_t n = readlink(link, base, sizeof base - 1);
      if (n < 0) return 0;
      base[n] = 0;
    }
    if ((size_t)snprintf(joined, sizeof joined, "%s/%s", base, name) >= sizeof joined) return 0;
  }
  size_t length = strlen(joined);
  while (length > 1 && joined[length - 1] == '/') joined[--length] = 0;
  char *slash = strrchr(joined, '/');
  if (!slash) return 0;
  *slash = 0;
  if (!realpath(slash == joined ? "/" : joined, folder)) return 0;
  return (size_t)snprintf(out, PATH_MAX, "%s/%s", strcmp(folder, "/") ? folder : "", slash + 1) < PATH_MAX;
}

static int inside(const char *path) {
  return root_length && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static uint64_t inode_of(int fd) {
  struct stat s;
  return fstat(fd, &s) ? 0 : (uint64_t)s.st_ino;
}

static void note(char what, const char *path, const char *second, uint64_t inode, uint64_t offset, const void *data,
                 size_t length) {
  if (log_fd < 0) return;
  uint32_t a = path ? (uint32_t)strlen(path) : 0, b = second ? (uint32_t)strlen(second) : 0, c = (uint32_t)length;
  size_t size = 29 + a + b + length;
  unsigned char *record = malloc(size), *at = record;
  if (!record) abort();
  *at++ = (unsigned char)what;
  memcpy(at, &a, 4), memcpy(at + 4, &b, 4), memcpy(at + 8, &c, 4), at += 12;
  memcpy(at, &inode, 8), memcpy(at + 8, &offset, 8), at += 16;
  if (a) memcpy(at, path, a);
  if (b) memcpy(at + a, second, b);
  if (length) memcpy(at + a + b, data, length);
  /* One write: the log is whole whatever becomes of the program. */
  for (size_t done = 0; done < size;) {
    long n = syscall(SYS_write, log_fd, record + done, size - done);
    if (n <= 0) abort();
    done += (size_t)n;
  }
  free(record);
}

static int is_watched(int fd) { return fd >= 0 && fd < FDS && watched[fd]; }

/* ---- names ---- */

static int opened(int dir, const char *name, int flags, mode_t mode, int (*real)(int, const char *, int, mode_t)) {
  char path[PATH_MAX];
  struct stat before;
  int ours = absolute(dir, name, path) && inside(path);
  pthread_mutex_lock(&lock);
  int was = ours && !lstat(path, &before);
  if (ours && left == 0 && !was && (flags & O_CREAT)) {
    pthread_mutex_unlock(&lock);
    errno = ENOSPC;
    return -1;
  }
  int fd = real(dir, name, flags, mode);
  if (fd >= 0 && fd < FDS) {
    watched[fd] = (unsigned char)ours;
    if (ours && (flags & O_CREAT) && !was) note('C', path, 0, inode_of(fd), 0, 0, 0);
    if (ours && was && (flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY) note('T', 0, 0, inode_of(fd), 0, 0, 0);
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

static int by_openat(int dir, const char *name, int flags, mode_t mode) {
  return (int)syscall(SYS_openat, dir, name, flags, mode);
}

#define MODE                        \
  mode_t mode = 0;                  \
  if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list rest;                   \
    va_start(rest, flags);          \
    mode = va_arg(rest, mode_t);    \
    va_end(rest);                   \
  }                                 \
  begin();

int open(const char *name, int flags, ...) { MODE return opened(AT_FDCWD, name, flags, mode, by_openat); }
int open64(const char *name, int flags, ...) { MODE return opened(AT_FDCWD, name, flags, mode, by_openat); }
int openat(int dir, const char *name, int flags, ...) { MODE return opened(dir, name, flags, mode, by_openat); }
int openat64(int dir, const char *name, int flags, ...) { MODE return opened(dir, name, flags, mode, by_openat); }

int close(int fd) {
  begin();
  pthread_mutex_lock(&lock);
  if (fd >= 0 && fd < FDS) watched[fd] = 0;
  pthread_mutex_unlock(&lock);
  if (fd == log_fd) return 0;
  return (int)syscall(SYS_close, fd);
}

static int renamed(int from_dir, const char *from, int to_dir, const char *to, unsigned flags) {
  char a[PATH_MAX], b[PATH_MAX];
  int ours = absolute(from_dir, from, a) && absolute(to_dir, to, b) && (inside(a) || inside(b));
  pthread_mutex_lock(&lock);
  int done = (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
  if (!done && ours) note('R', a, b, 0, 0, 0, 0);
  pthread_mutex_unlock(&lock);
  return done;
}

int rename(const char *from, const char *to) { begin(); return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { begin(); return renamed(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned f) { begin(); return renamed(a, from, b, to, f); }

static int linked(int from_dir, const char *from, int to_dir, const char *to, int flags) {
  char a[PATH_MAX], b[PATH_MAX];
  int ours = absolute(from_dir, from, a) && absolute(to_dir, to, b) && inside(b);
  pthread_mutex_lock(&lock);
  int done = (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
  if (!done && ours) note('L', a, b, 0, 0, 0, 0);
  pthread_mutex_unlock(&lock);
  return done;
}

int link(const char *from, const char *to) { begin(); return linked(AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int a, const char *from, int b, const char *to, int f) { begin(); return linked(a, from, b, to, f); }

static int removed(int dir, const char *name, int flags) {
  char path[PATH_MAX];
  int ours = absolute(dir, name, path) && inside(path);
  pthread_mutex_lock(&lock);
  int done = (int)syscall(SYS_unlinkat, dir, name, flags);
  if (!done && ours) note('U', path, 0, 0, 0, 0, 0);
  pthread_mutex_unlock(&lock);
  return done;
}

int unlink(const char *name) { begin(); return removed(AT_FDCWD, name, 0); }
int unlinkat(int dir, const char *name, int flags) { begin(); return removed(dir, name, flags); }
int rmdir(const char *name) { begin(); return removed(AT_FDCWD, name, AT_REMOVEDIR); }
int remove(const char *name) {
  begin();
  int done = removed(AT_FDCWD, name, 0);
  return done && errno == EISDIR ? removed(AT_FDCWD, name, AT_REMOVEDIR) : done;
}

static int made(int dir, const char *name, mode_t mode) {
  char path[PATH_MAX];
  int ours = absolute(dir, name, path) && inside(path);
  pthread_mutex_lock(&lock);
  int done;
  if (ours && left == 0) {
    errno = ENOSPC;
    done = -1;
  } else {
    done = (int)syscall(SYS_mkdirat, dir, name, mode);
  }
  if (!done && ours) note('M', path, 0, 0, 0, 0, 0);
  pthread_mutex_unlock(&lock);
  return done;
}

int mkdir(const char *name, mode_t mode) { begin(); return made(AT_FDCWD, name, mode); }
int mkdirat(int dir, const char *name, mode_t mode) { begin(); return made(dir, name, mode); }

/* ---- contents ---- */

static ssize_t put(int fd, const void *data, size_t length, off64_t offset, int at_offset) {
  if (!is_watched(fd)) return at_offset ? syscall(SYS_pwrite64, fd, data, length, offset) : syscall(SYS_write, fd, data, length);
  pthread_mutex_lock(&lock);
  if (left >= 0) {
    if (left == 0 && length) {
      pthread_mutex_unlock(&lock);
      errno = ENOSPC;
      return -1;
    }
    if ((long long)length > left) length = (size_t)left;
    left -= (long long)length;
  }
  if (!at_offset) {
    int flags = fcntl(fd, F_GETFL);
    offset = lseek64(fd, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
  }
  ssize_t done = at_offset ? syscall(SYS_pwrite64, fd, data, length, offset) : syscall(SYS_write, fd, data, length);
  if (done > 0) note('W', 0, 0, inode_of(fd), (uint64_t)offset, data, (size_t)done);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t write(int fd, const void *data, size_t n) { begin(); return put(fd, data, n, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { begin(); return put(fd, data, n, at, 1); }
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) { begin(); return put(fd, data, n, at, 1); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
  begin();
  if (!is_watched(fd)) return syscall(SYS_writev, fd, parts, count);
  ssize_t all = 0;
  for (int i = 0; i < count; i++) {
    ssize_t done = put(fd, parts[i].iov_base, parts[i].iov_len, 0, 0);
    if (done < 0) return all ? all : done;
    all += done;
    if ((size_t)done < parts[i].iov_len) break;
  }
  return all;
}

/* Copies inside the kernel would pass unseen: whoever asks falls back to reading and writing. */
ssize_t copy_file_range(int a, off64_t *b, int c, off64_t *d, size_t e, unsigned f) {
  (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
  errno = ENOSYS;
  return -1;
}
ssize_t sendfile(int a, int b, off_t *c, size_t d) { (void)a, (void)b, (void)c, (void)d; errno = ENOSYS; return -1; }
ssize_t sendfile64(int a, int b, off64_t *c, size_t d) { (void)a, (void)b, (void)c, (void)d; errno = ENOSYS; return -1; }
ssize_t splice(int a, off64_t *b, int c, off64_t *d, size_t e, unsigned f) {
  (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
  errno = EINVAL;
  return -1;
}
int posix_fallocate(int fd, off_t at, off_t n) { (void)fd, (void)at, (void)n; return EOPNOTSUPP; }
int posix_fallocate64(int fd, off64_t at, off64_t n) { (void)fd, (void)at, (void)n; return EOPNOTSUPP; }
int fallocate(int fd, int m, off_t at, off_t n) { (void)fd, (void)m, (void)at, (void)n; errno = EOPNOTSUPP; return -1; }
int fallocate64(int fd, int m, off64_t at, off64_t n) { (void)fd, (void)m, (void)at, (void)n; errno = EOPNOTSUPP; return -1; }

static int cut(int fd, off64_t length) {
  pthread_mutex_lock(&lock);
  int done = (int)syscall(SYS_ftruncate, fd, length);
  if (!done && is_watched(fd)) note('T', 0, 0, inode_of(fd), (uint64_t)length, 0, 0);
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate(int fd, off_t length) { begin(); return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { begin(); return cut(fd, length); }

static int synced(int fd, long call) {
  if (!is_watched(fd)) return (int)syscall(call, fd);
  pthread_mutex_lock(&lock);
  int done = 0;
  if (good_syncs == 0) {
    errno = EIO;
    done = -1;
  } else {
    struct stat s;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    path[n < 0 ? 0 : n] = 0;
    int folder = !fstat(fd, &s) && S_ISDIR(s.st_mode);
    note(folder ? 'D' : 'S', folder ? path : 0, 0, (uint64_t)s.st_ino, 0, 0, 0);
    if (good_syncs > 0) good_syncs--;
  }
  pthread_mutex_unlock(&lock);
  return done;
}

int fsync(int fd) { begin(); return synced(fd, SYS_fsync); }
int fdatasync(int fd) { begin(); return synced(fd, SYS_fdatasync); }

/* ---- time ---- */

int clock_gettime(clockid_t clock, struct timespec *time) {
  begin();
  int done = (int)syscall(SYS_clock_gettime, clock, time);
  if (!done && clock == CLOCK_REALTIME) time->tv_sec += clock_offset;
  return done;
}
