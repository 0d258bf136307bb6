/* Records, in order, what a process writes to the files below one folder: the log that a power cut would
 * have interrupted somewhere. Preloaded into the process under test; it changes nothing that it sees.
 *
 * A record: operation (1 byte: W write, T truncate, S sync, U unlink), length of the name (2 bytes), name,
 * offset (8), length (4), data (writes only). Numbers are little-endian.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 4096
static char *names[FILES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

static void ready(void) {
  if (!real_write) real_write = dlsym(RTLD_NEXT, "write");
  if (!real_pwrite) real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  if (log_fd < 0) {
    const char *path = getenv("POWERCUT_LOG");
    int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    if (path) log_fd = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
}

static const char *name_below(const char *path) {
  const char *folder = getenv("POWERCUT_FOLDER");
  if (!folder || strncmp(path, folder, strlen(folder)) != 0) return NULL;
  const char *name = path + strlen(folder);
  return *name == '/' ? name + 1 : NULL;
}

static void record(char operation, const char *name, uint64_t offset, const void *data, uint32_t length) {
  uint16_t name_length = (uint16_t)strlen(name);
  uint32_t carried = operation == 'W' ? length : 0;
  size_t size = 1 + 2 + name_length + 8 + 4 + carried;
  char *bytes = malloc(size), *at = bytes;
  *at++ = operation;
  memcpy(at, &name_length, 2), at += 2;
  memcpy(at, name, name_length), at += name_length;
  memcpy(at, &offset, 8), at += 8;
  memcpy(at, &length, 4), at += 4;
  if (carried) memcpy(at, data, carried);
  if (real_write(log_fd, bytes, size) != (ssize_t)size) abort();
  free(bytes);
}

static const char *name_of(int fd) { return fd >= 0 && fd < FILES ? names[fd] : NULL; }

static int opened(const char *path, int fd) {
  const char *name = name_below(path);
  if (fd >= 0 && fd < FILES) {
    free(names[fd]);
    names[fd] = name ? strdup(name) : NULL;
  }
  return fd;
}

#define OPEN(function)                                                        \
  int function(const char *path, int flags, ...) {                            \
    static int (*real)(const char *, int, ...);                               \
    if (!real) real = dlsym(RTLD_NEXT, #function);                            \
    va_list arguments;                                                        \
    va_start(arguments, flags);                                               \
    mode_t mode = va_arg(arguments, mode_t);                                  \
    va_end(arguments);                                                        \
    pthread_mutex_lock(&lock);                                                \
    ready();                                                                  \
    int fd = opened(path, real(path, flags, mode));                           \
    pthread_mutex_unlock(&lock);                                              \
    return fd;                                                                \
  }
OPEN(open)
OPEN(open64)

ssize_t write(int fd, const void *data, size_t length) {
  pthread_mutex_lock(&lock);
  ready();
  const char *name = name_of(fd);
  int appends = name && (fcntl(fd, F_GETFL) & O_APPEND);
  off_t offset = name ? lseek(fd, 0, appends ? SEEK_END : SEEK_CUR) : 0;
  ssize_t written = real_write(fd, data, length);
  if (name && written > 0) record('W', name, (uint64_t)offset, data, (uint32_t)written);
  pthread_mutex_unlock(&lock);
  return written;
}

static ssize_t write_at(int fd, const void *data, size_t length, off_t offset) {
  pthread_mutex_lock(&lock);
  ready();
  ssize_t written = real_pwrite(fd, data, length, offset);
  const char *name = name_of(fd);
  if (name && written > 0) record('W', name, (uint64_t)offset, data, (uint32_t)written);
  pthread_mutex_unlock(&lock);
  return written;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return write_at(fd, data, length, offset); }
ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) { return write_at(fd, data, length, offset); }

#define TRUNCATE(function)                                                    \
  int function(int fd, off_t length) {                                        \
    static int (*real)(int, off_t);                                           \
    if (!real) real = dlsym(RTLD_NEXT, #function);                            \
    pthread_mutex_lock(&lock);                                                \
    ready();                                                                  \
    int done = real(fd, length);                                              \
    const char *name = name_of(fd);                                           \
    if (name && done == 0) record('T', name, (uint64_t)length, NULL, 0);      \
    pthread_mutex_unlock(&lock);                                              \
    return done;                                                              \
  }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define SYNC(function)                                                        \
  int function(int fd) {                                                      \
    static int (*real)(int);                                                  \
    if (!real) real = dlsym(RTLD_NEXT, #function);                            \
    pthread_mutex_lock(&lock);                                                \
    ready();                                                                  \
    int done = real(fd);                                                      \
    const char *name = name_of(fd);                                           \
    if (name && done == 0) record('S', name, 0, NULL, 0);                     \
    pthread_mutex_unlock(&lock);                                              \
    return done;                                                              \
  }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
  static int (*real)(const char *);
  if (!real) real = dlsym(RTLD_NEXT, "unlink");
  pthread_mutex_lock(&lock);
  ready();
  int done = real(path);
  const char *name = name_below(path);
  if (name && done == 0) record('U', name, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  return done;
}
