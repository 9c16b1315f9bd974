/*
 * A disk that remembers, and that can be forbidden: preloaded into the program under test.
 *
 * DISK_FOLDER   only files directly in this folder are looked at (an absolute path without links)
 * DISK_RECORD   every write, truncation, sync, creation, renaming and removal is appended to this file,
 *               in the order in which they happened; others may append records of their own
 * DISK_FORBID   while a file of this name exists, whatever would change the folder fails with EROFS
 *
 * A record: kind (1 byte), length of the name (1), zero (2), length of the data (4), offset (8), name, data;
 * numbers in the order of the machine. Each is one write to a file opened for appending, so records of several
 * processes never mix. The lock around a call and its record keeps the order of threads and processes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS_MAX 4096
#define NAME_MAX_HERE 64

static pthread_mutex_t threads = PTHREAD_MUTEX_INITIALIZER;
static const char *folder, *forbid;
static int record = -1;
/* The names of open files by descriptor; "." is the folder itself. */
static char names[FDS_MAX][NAME_MAX_HERE];

#define REAL(name) real_##name
static int (*REAL(open))(const char *, int, ...);
static int (*REAL(openat))(int, const char *, int, ...);
static int (*REAL(close))(int);
static ssize_t (*REAL(write))(int, const void *, size_t);
static ssize_t (*REAL(writev))(int, const struct iovec *, int);
static ssize_t (*REAL(pwrite))(int, const void *, size_t, off_t);
static int (*REAL(ftruncate))(int, off_t);
static int (*REAL(fsync))(int);
static int (*REAL(fdatasync))(int);
static int (*REAL(fallocate))(int, int, off_t, off_t);
static int (*REAL(unlink))(const char *);
static int (*REAL(rename))(const char *, const char *);

__attribute__((constructor)) static void begin(void) {
    folder = getenv("DISK_FOLDER");
    forbid = getenv("DISK_FORBID");
    const char *path = getenv("DISK_RECORD");
    *(void **)&REAL(open) = dlsym(RTLD_NEXT, "open64");
    *(void **)&REAL(openat) = dlsym(RTLD_NEXT, "openat64");
    *(void **)&REAL(close) = dlsym(RTLD_NEXT, "close");
    *(void **)&REAL(write) = dlsym(RTLD_NEXT, "write");
    *(void **)&REAL(writev) = dlsym(RTLD_NEXT, "writev");
    *(void **)&REAL(pwrite) = dlsym(RTLD_NEXT, "pwrite64");
    *(void **)&REAL(ftruncate) = dlsym(RTLD_NEXT, "ftruncate64");
    *(void **)&REAL(fsync) = dlsym(RTLD_NEXT, "fsync");
    *(void **)&REAL(fdatasync) = dlsym(RTLD_NEXT, "fdatasync");
    *(void **)&REAL(fallocate) = dlsym(RTLD_NEXT, "fallocate64");
    *(void **)&REAL(unlink) = dlsym(RTLD_NEXT, "unlink");
    *(void **)&REAL(rename) = dlsym(RTLD_NEXT, "rename");
    if (path) {
        record = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (record < 0) { perror("the record of the disk"); abort(); }
    }
}

static void begin_call(void) {
    pthread_mutex_lock(&threads);
    if (record >= 0) flock(record, LOCK_EX);
}

static void end_call(void) {
    int kept = errno;
    if (record >= 0) flock(record, LOCK_UN);
    pthread_mutex_unlock(&threads);
    errno = kept;
}

/* What this recorder does not understand must not pass unseen. */
static void not_understood(const char *what) {
    fprintf(stderr, "the recorder of the disk does not understand %s\n", what);
    abort();
}

/* The name inside the folder; "." for the folder itself; NULL for what is elsewhere or never lasts. */
static const char *inside(const char *path) {
    size_t length = folder ? strlen(folder) : 0;
    if (!folder || !path || strncmp(path, folder, length) != 0) return NULL;
    if (path[length] == 0 || strcmp(path + length, "/") == 0) return ".";
    if (path[length] != '/') return NULL;
    const char *name = path + length + 1;
    if (strchr(name, '/')) return NULL;
    const char *ending = strrchr(name, '.');
    if (ending && (!strcmp(ending, ".sock") || !strcmp(ending, ".lock"))) return NULL;
    size_t long_ = strlen(name);
    if (long_ >= 4 && !strcmp(name + long_ - 4, "-shm")) return NULL;
    if (long_ >= NAME_MAX_HERE) not_understood("so long a name");
    return name;
}

static const char *of(int fd) {
    return fd >= 0 && fd < FDS_MAX && names[fd][0] ? names[fd] : NULL;
}

static int forbidden(void) {
    if (!forbid || faccessat(AT_FDCWD, forbid, F_OK, 0) != 0) return 0;
    errno = EROFS;
    return 1;
}

static void note(char kind, const char *name, uint64_t offset, const void *data, uint32_t length) {
    if (record < 0) return;
    int kept = errno;
    unsigned char head[16] = {(unsigned char)kind, (unsigned char)strlen(name)};
    memcpy(head + 4, &length, 4);
    memcpy(head + 8, &offset, 8);
    struct iovec parts[3] = {{head, 16}, {(void *)name, strlen(name)}, {(void *)data, length}};
    ssize_t whole = (ssize_t)(16 + strlen(name) + length);
    if (REAL(writev)(record, parts, 3) != whole) not_understood("a record that cannot be written");
    errno = kept;
}

/* Opens by `call`, and remembers and records what was opened. */
#define OPENED(path, flags, call)                                                        \
    const char *name = inside(path);                                                     \
    if (!name) return call;                                                              \
    int changes = (flags) & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC);                     \
    struct stat found;                                                                   \
    begin_call();                                                                        \
    int is_new = stat(path, &found) != 0, fd = -1;                                       \
    if (!(changes && strcmp(name, ".") != 0 && forbidden())) fd = call;                  \
    if (fd >= FDS_MAX) not_understood("so many open files");                             \
    if (fd >= 0) {                                                                       \
        strcpy(names[fd], name);                                                         \
        if (is_new) note('C', name, 0, "", 0);                                           \
        else if ((flags) & O_TRUNC) note('T', name, 0, "", 0);                           \
    }                                                                                    \
    end_call();                                                                          \
    return fd;

#define MODE_OF(flags)                                                                   \
    mode_t mode = 0;                                                                     \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                               \
        va_list more;                                                                    \
        va_start(more, flags);                                                           \
        mode = va_arg(more, mode_t);                                                     \
        va_end(more);                                                                    \
    }

int open(const char *path, int flags, ...) { MODE_OF(flags) OPENED(path, flags, REAL(open)(path, flags, mode)) }
int open64(const char *path, int flags, ...) { MODE_OF(flags) OPENED(path, flags, REAL(open)(path, flags, mode)) }
int openat(int at, const char *path, int flags, ...) { MODE_OF(flags) OPENED(path, flags, REAL(openat)(at, path, flags, mode)) }
int openat64(int at, const char *path, int flags, ...) { MODE_OF(flags) OPENED(path, flags, REAL(openat)(at, path, flags, mode)) }

int close(int fd) {
    if (!of(fd)) return REAL(close)(fd);
    begin_call();
    names[fd][0] = 0;
    int done = REAL(close)(fd);
    end_call();
    return done;
}

static ssize_t written(int fd, const void *data, size_t length, off_t at, int moves) {
    begin_call();
    ssize_t done = -1;
    if (!forbidden()) {
        if (moves) at = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
        done = moves ? REAL(write)(fd, data, length) : REAL(pwrite)(fd, data, length, at);
        if (done > 0) note('W', of(fd), (uint64_t)at, data, (uint32_t)done);
    }
    end_call();
    return done;
}

ssize_t write(int fd, const void *data, size_t length) {
    return of(fd) ? written(fd, data, length, 0, 1) : REAL(write)(fd, data, length);
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
    return of(fd) ? written(fd, data, length, at, 0) : REAL(pwrite)(fd, data, length, at);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { return pwrite(fd, data, length, at); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (of(fd)) not_understood("writev");
    return REAL(writev)(fd, parts, count);
}

int fallocate(int fd, int mode, off_t at, off_t length) {
    if (of(fd)) not_understood("fallocate");
    return REAL(fallocate)(fd, mode, at, length);
}
int fallocate64(int fd, int mode, off64_t at, off64_t length) { return fallocate(fd, mode, at, length); }

int ftruncate(int fd, off_t length) {
    if (!of(fd)) return REAL(ftruncate)(fd, length);
    begin_call();
    int done = forbidden() ? -1 : REAL(ftruncate)(fd, length);
    if (done == 0) note('T', of(fd), (uint64_t)length, "", 0);
    end_call();
    return done;
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

static int synced(int fd, int (*sync)(int)) {
    if (!of(fd)) return sync(fd);
    begin_call();
    int done = forbidden() ? -1 : sync(fd);
    if (done == 0) note('S', of(fd), 0, "", 0);
    end_call();
    return done;
}
int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

int unlink(const char *path) {
    const char *name = inside(path);
    if (!name) return REAL(unlink)(path);
    begin_call();
    int done = forbidden() ? -1 : REAL(unlink)(path);
    if (done == 0) note('U', name, 0, "", 0);
    end_call();
    return done;
}

int rename(const char *from, const char *to) {
    const char *old = inside(from), *new = inside(to);
    if (!old && !new) return REAL(rename)(from, to);
    if (!old || !new) not_understood("a file that is moved in or out");
    begin_call();
    int done = forbidden() ? -1 : REAL(rename)(from, to);
    if (done == 0) note('R', old, 0, new, (uint32_t)strlen(new));
    end_call();
    return done;
}
