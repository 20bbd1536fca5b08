// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE 1
#include "base/port.h"

#ifdef __linux__
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// "/dev/shm/legato-1000-<what is left of the name>-<hash>": one file per user and name.
static void share_path(const char *name, char *path, size_t bytes) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    char plain[65];
    size_t used = 0;
    for (const char *c = name; *c != 0; c++) {
        hash = (hash ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
        bool keeps = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        if (used + 1 < sizeof plain) {
            plain[used++] = keeps ? *c : '_';
        }
    }
    plain[used] = 0;
    snprintf(path, bytes, "/dev/shm/legato-%u-%s-%016llx", (unsigned)geteuid(), plain,
             (unsigned long long)hash);
}

static bool share_write(int file, const void *initial, size_t bytes) {
    for (size_t done = 0; done < bytes;) {
        ssize_t wrote = write(file, (const char *)initial + done, bytes - done);
        if (wrote <= 0 && errno != EINTR) {
            return false;
        }
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}

// The file is made under another name and linked when it is whole.
static lg_status_t share_create(const char *path, const void *initial, size_t bytes, lg_error_t *err) {
    char fresh[192];
    snprintf(fresh, sizeof fresh, "%s-XXXXXX", path);
    int file = mkostemp(fresh, O_CLOEXEC);  // mode 0600
    int failed = file < 0 ? errno : 0;
    if (file >= 0) {
        failed = share_write(file, initial, bytes) ? 0 : errno;
        if (failed == 0 && link(fresh, path) != 0 && errno != EEXIST) {
            failed = errno;
        }
        unlink(fresh);
        close(file);
    }
    LG_CHECK(err, failed == 0, failed == ENOENT ? LG_STATUS_UNSUPPORTED : LG_STATUS_IO, NULL,
             "shared memory %s cannot be made: %s", path, strerror(failed));
    return LG_OK;
}

lg_status_t lg_port_share_open(const char *name, const void *initial, size_t bytes, void **out_memory,
                               lg_error_t *err) {
    char path[160];
    *out_memory = NULL;
    share_path(name, path, sizeof path);
    const int how = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    int file = open(path, how);
    if (file < 0 && errno == ENOENT) {
        LG_TRY(share_create(path, initial, bytes, err));
        file = open(path, how);
    }
    LG_CHECK(err, file >= 0, LG_STATUS_IO, NULL, "shared memory %s cannot be opened: %s", path,
             strerror(errno));
    struct stat about;
    bool ours = fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_uid == geteuid() &&
                (about.st_mode & 077) == 0 && about.st_size == (off_t)bytes;
    void *memory = ours ? mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : NULL;
    close(file);
    LG_CHECK(err, ours, LG_STATUS_FORMAT, NULL,
             "%s is not what legato shares under this name: expected a file of this user alone, mode 0600, "
             "of %zu bytes; remove it when nobody uses it",
             path, bytes);
    LG_CHECK(err, memory != MAP_FAILED, LG_STATUS_IO, NULL, "shared memory %s cannot be mapped: %s", path,
             strerror(errno));
    *out_memory = memory;
    return LG_OK;
}

void lg_port_share_close(void *memory, size_t bytes) {
    if (memory != NULL) {
        munmap(memory, bytes);
    }
}

uint32_t lg_port_process_start(int64_t process) {
    char path[40], text[1024];
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)process);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    ssize_t bytes = read(file, text, sizeof text - 1);
    close(file);
    text[bytes > 0 ? bytes : 0] = 0;
    // The name may have brackets and spaces of its own: what follows begins behind the last one.
    const char *at = strrchr(text, ')');
    if (at == NULL || at[1] != ' ') {
        return 0;
    }
    const char state = at[2];
    unsigned long long numbers[20] = {0};  // fields 4 to 23; threads are 20, the start is 22
    at += 3;
    for (int i = 0; i < 20; i++) {
        char *end;
        numbers[i] = strtoull(at, &end, 10);
        if (end == at) {
            return 0;
        }
        at = end;
    }
    // A process that has ended, and whose parent has not asked; its first thread may end before others.
    if ((state == 'Z' || state == 'X') && numbers[16] <= 1) {
        return 0;
    }
    const uint32_t start = (uint32_t)numbers[18];
    return start != 0 ? start : 1;
}

uint64_t lg_port_process_space(void) {
    struct stat about;
    return stat("/proc/self/ns/pid", &about) == 0 ? (uint64_t)about.st_ino : 0;
}

#else

lg_status_t lg_port_share_open(const char *name, const void *initial, size_t bytes, void **out_memory,
                               lg_error_t *err) {
    (void)initial, (void)bytes;
    *out_memory = NULL;
    return lg_error_set(err, LG_STATUS_UNSUPPORTED, NULL, "'%s': processes share no memory here", name);
}

void lg_port_share_close(void *memory, size_t bytes) {
    (void)memory, (void)bytes;
}

uint32_t lg_port_process_start(int64_t process) {
    (void)process;
    return 0;
}

uint64_t lg_port_process_space(void) {
    return 0;
}
#endif
