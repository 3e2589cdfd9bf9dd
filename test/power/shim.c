/*
 * Stands between a process and the files of one directory (LD_PRELOAD). It writes down every change and every
 * sync of them, in order, with the moments at which answers leave the process; and it makes them fail when told.
 *
 * POWER_DIRECTORY  the directory, absolute, without a slash at its end
 * POWER_LOG        where to write down; nothing is written down where it is not set
 * POWER_CONTROL    a file of struct control that the test writes while the process runs; optional
 *
 * An operation is written down once it has been done and before its caller hears of it; a sync with its beginning
 * and its end, as it covers only what was done before it began; an answer before it is sent.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPENED = 1, WRITTEN, CUT, SYNC_BEGUN, SYNC_ENDED, UNLINKED, RENAMED, ANSWERED, LINKED };
enum operation { WRITE = 1, TRUNCATE = 2, SYNC = 4, OPEN = 8, UNLINK = 16 };

struct record {
  uint8_t kind;
  uint8_t flag; /* OPENED: the file is new. SYNC_ENDED: it worked */
  uint16_t zero;
  uint32_t file; /* one number for each time that a file is opened */
  int64_t offset; /* CUT: the new size. SYNC_*: the number of the sync */
  uint32_t length; /* of what follows: bytes, a path, or two paths with a zero between */
};

struct control {
  int32_t operations; /* which fail; 0: none */
  int32_t error;      /* with this errno */
  int64_t after;      /* so many go through before */
  int32_t bytes;      /* whether `after` counts bytes that are written, rather than calls */
  int32_t times;      /* so many fail, then none; 0: all until told otherwise */
  int64_t failed;     /* how many have failed */
  int32_t swallow;    /* syncs do nothing and say that they worked */
};

#define FILES 65536
#define ANSWER_BYTES 2048

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t watched[FILES]; /* by descriptor: the number of the file; 0 where it is none of ours */
static uint8_t unlogged[FILES]; /* shared memory of SQLite is made anew after a crash */
static uint8_t spared[FILES];   /* files of partners, which are elsewhere in truth: nothing fails there */
static uint32_t opened;
static int64_t syncs;
static const char *directory;
static size_t directory_length;
static int log_file = -1;
static struct control *control;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);
static int (*real_link)(const char *, const char *);

__attribute__((constructor)) static void start(void) {
  real_open = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
  real_close = (int (*)(int))dlsym(RTLD_NEXT, "close");
  real_write = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  real_writev = (ssize_t (*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
  real_pwrite = (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite64");
  real_pwritev = (ssize_t (*)(int, const struct iovec *, int, off_t))dlsym(RTLD_NEXT, "pwritev64");
  real_ftruncate = (int (*)(int, off_t))dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  real_unlink = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
  real_rename = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  real_link = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "link");

  directory = getenv("POWER_DIRECTORY");
  directory_length = directory == NULL ? 0 : strlen(directory);
  const char *log = getenv("POWER_LOG");
  if (log != NULL) log_file = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const char *told = getenv("POWER_CONTROL");
  if (told == NULL) return;
  int file = real_open(told, O_RDWR | O_CLOEXEC);
  if (file < 0) abort();
  control = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (control == MAP_FAILED) abort();
  real_close(file);
}

/* Takes pieces of what follows as they lie; with the lock held. */
static void note(enum kind kind, int flag, uint32_t file, int64_t offset, const struct iovec *pieces, int count) {
  if (log_file < 0) return;
  struct iovec all[8];
  size_t length = 0;
  for (int i = 0; i < count; i += 1) {
    all[i + 1] = pieces[i];
    length += pieces[i].iov_len;
  }
  struct record record = {(uint8_t)kind, (uint8_t)flag, 0, file, offset, (uint32_t)length};
  all[0] = (struct iovec){&record, sizeof record};
  if (real_writev(log_file, all, count + 1) != (ssize_t)(sizeof record + length)) abort();
}

static void note_bytes(enum kind kind, int flag, uint32_t file, int64_t offset, const void *bytes, size_t length) {
  struct iovec piece = {(void *)bytes, length};
  note(kind, flag, file, offset, &piece, 1);
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), wanted = strlen(end);
  return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

static int inside(const char *path) {
  if (directory_length == 0 || strncmp(path, directory, directory_length) != 0) return 0;
  return path[directory_length] == '/' || path[directory_length] == 0;
}

static int elsewhere(const char *path) { return strstr(path, "/simulated-") != NULL; }

static uint32_t file_of(int descriptor) { return descriptor >= 0 && descriptor < FILES ? watched[descriptor] : 0; }

/* How many bytes (or calls, of 1) of an operation may be done: all, some, or -1 with errno set; with the lock held. */
static ssize_t allowed(enum operation operation, ssize_t amount) {
  if (control == NULL || (control->operations & (int)operation) == 0) return amount;
  int64_t cost = !control->bytes ? 1 : operation == WRITE ? amount : 0;
  if (cost <= control->after) {
    control->after -= cost;
    return amount;
  }
  if (control->bytes && control->after > 0) {
    ssize_t part = (ssize_t)control->after;
    control->after = 0;
    return part;
  }
  control->failed += 1;
  errno = control->error;
  if (control->times > 0 && --control->times == 0) control->operations = 0;
  return -1;
}

static int open_watched(const char *path, int flags, mode_t mode) {
  pthread_mutex_lock(&lock);
  int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
  int result = -1;
  if (!writes || elsewhere(path) || allowed(OPEN, 1) >= 0) {
    struct stat before;
    int is_new = (flags & O_CREAT) != 0 && stat(path, &before) != 0;
    result = real_open(path, flags, mode);
    if (result >= 0 && result < FILES) {
      watched[result] = ++opened;
      unlogged[result] = (uint8_t)ends_with(path, "-shm");
      spared[result] = (uint8_t)elsewhere(path);
      if (!unlogged[result]) {
        note_bytes(OPENED, is_new, watched[result], 0, path, strlen(path));
        if ((flags & O_TRUNC) != 0 && !is_new) note(CUT, 0, watched[result], 0, NULL, 0);
      }
    }
  }
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int open64(const char *path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  if (!inside(path)) return real_open(path, flags, mode);
  return open_watched(path, flags, mode);
}

int open(const char *path, int flags, ...) __attribute__((alias("open64")));

int close(int descriptor) {
  if (file_of(descriptor) != 0) {
    pthread_mutex_lock(&lock);
    watched[descriptor] = 0;
    pthread_mutex_unlock(&lock);
  }
  return real_close(descriptor);
}

static ssize_t write_watched(int descriptor, const void *bytes, size_t length, off_t offset, int positioned) {
  pthread_mutex_lock(&lock);
  ssize_t result = spared[descriptor] ? (ssize_t)length : allowed(WRITE, (ssize_t)length);
  if (result >= 0) {
    if (!positioned) {
      struct stat now;
      int appends = (fcntl(descriptor, F_GETFL) & O_APPEND) != 0 && fstat(descriptor, &now) == 0;
      offset = appends ? now.st_size : lseek(descriptor, 0, SEEK_CUR);
    }
    result = positioned ? real_pwrite(descriptor, bytes, (size_t)result, offset) : real_write(descriptor, bytes, (size_t)result);
    if (result > 0 && !unlogged[descriptor]) note_bytes(WRITTEN, 0, watched[descriptor], offset, bytes, (size_t)result);
  }
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

/* An answer of HTTP, or a line that a program prints. */
static void note_answer(int descriptor, const struct iovec *pieces, int count) {
  if (log_file < 0 || count == 0) return;
  if (descriptor != 1 && (pieces[0].iov_len < 7 || memcmp(pieces[0].iov_base, "HTTP/1.", 7) != 0)) return;
  struct iovec first[4];
  size_t room = ANSWER_BYTES;
  int taken = 0;
  for (; taken < count && taken < 4 && room > 0; taken += 1) {
    first[taken] = pieces[taken];
    if (first[taken].iov_len > room) first[taken].iov_len = room;
    room -= first[taken].iov_len;
  }
  pthread_mutex_lock(&lock);
  note(ANSWERED, 0, 0, 0, first, taken);
  pthread_mutex_unlock(&lock);
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
  if (file_of(descriptor) != 0) return write_watched(descriptor, bytes, length, 0, 0);
  struct iovec piece = {(void *)bytes, length};
  note_answer(descriptor, &piece, 1);
  return real_write(descriptor, bytes, length);
}

ssize_t writev(int descriptor, const struct iovec *pieces, int count) {
  /* Allowed to write less than all: the caller comes again for the rest. */
  if (file_of(descriptor) != 0 && count > 0) return write_watched(descriptor, pieces[0].iov_base, pieces[0].iov_len, 0, 0);
  note_answer(descriptor, pieces, count);
  return real_writev(descriptor, pieces, count);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off_t offset) {
  if (file_of(descriptor) != 0) return write_watched(descriptor, bytes, length, offset, 1);
  return real_pwrite(descriptor, bytes, length, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) __attribute__((alias("pwrite64")));

ssize_t pwritev64(int descriptor, const struct iovec *pieces, int count, off_t offset) {
  if (file_of(descriptor) != 0 && count > 0) return write_watched(descriptor, pieces[0].iov_base, pieces[0].iov_len, offset, 1);
  return real_pwritev(descriptor, pieces, count, offset);
}

ssize_t pwritev(int descriptor, const struct iovec *pieces, int count, off_t offset) __attribute__((alias("pwritev64")));

int ftruncate64(int descriptor, off_t size) {
  if (file_of(descriptor) == 0) return real_ftruncate(descriptor, size);
  pthread_mutex_lock(&lock);
  int result = -1;
  if (spared[descriptor] || allowed(TRUNCATE, 1) >= 0) {
    result = real_ftruncate(descriptor, size);
    if (result == 0 && !unlogged[descriptor]) note(CUT, 0, watched[descriptor], size, NULL, 0);
  }
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int ftruncate(int descriptor, off_t size) __attribute__((alias("ftruncate64")));

static int sync_watched(int descriptor, int (*real)(int)) {
  if (control != NULL && control->swallow) return 0;
  pthread_mutex_lock(&lock);
  uint32_t file = watched[descriptor];
  int64_t number = ++syncs;
  note(SYNC_BEGUN, 0, file, number, NULL, 0);
  int result = spared[descriptor] || allowed(SYNC, 1) >= 0 ? 0 : -1;
  int error = errno;
  pthread_mutex_unlock(&lock);
  if (result == 0) {
    result = real(descriptor);
    error = errno;
  }
  pthread_mutex_lock(&lock);
  note(SYNC_ENDED, result == 0, file, number, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int fsync(int descriptor) {
  return file_of(descriptor) == 0 ? real_fsync(descriptor) : sync_watched(descriptor, real_fsync);
}

int fdatasync(int descriptor) {
  return file_of(descriptor) == 0 ? real_fdatasync(descriptor) : sync_watched(descriptor, real_fdatasync);
}

int unlink(const char *path) {
  if (!inside(path)) return real_unlink(path);
  pthread_mutex_lock(&lock);
  int result = elsewhere(path) || allowed(UNLINK, 1) >= 0 ? real_unlink(path) : -1;
  if (result == 0 && !ends_with(path, "-shm")) note_bytes(UNLINKED, 0, 0, 0, path, strlen(path));
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

static int name_watched(enum kind kind, int (*real)(const char *, const char *), const char *from, const char *to) {
  pthread_mutex_lock(&lock);
  int result = real(from, to);
  struct iovec paths[2] = {{(void *)from, strlen(from) + 1}, {(void *)to, strlen(to)}};
  if (result == 0) note(kind, 0, 0, 0, paths, 2);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int rename(const char *from, const char *to) {
  return inside(from) || inside(to) ? name_watched(RENAMED, real_rename, from, to) : real_rename(from, to);
}

int link(const char *from, const char *to) {
  return inside(from) || inside(to) ? name_watched(LINKED, real_link, from, to) : real_link(from, to);
}
