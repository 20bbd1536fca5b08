/* SPDX-License-Identifier: Apache-2.0
 *
 * The port layer: the only place that knows the operating system. port_posix.c serves Linux and other POSIX
 * systems; the same file serves WASI, where memory maps are plain reads and shared libraries do not exist.
 */
#ifndef LEGATO_ENGINE_PORT_H_
#define LEGATO_ENGINE_PORT_H_

#include "base/check.h"

// Aligned memory of the C library; NULL when out of memory. `alignment` is a power of two >= 16.
void *lg_port_alloc(size_t bytes, size_t alignment);
void lg_port_free(void *memory);

// Value of an environment variable, NULL when not set.
const char *lg_port_getenv(const char *name);

// Monotonic time in nanoseconds.
int64_t lg_port_now_ns(void);

// A file mapped (or read) into memory, read-only. `data` is 64-byte aligned.
typedef struct lg_port_map {
    const uint8_t *data;
    size_t bytes;
    bool mapped;  // unmapped by munmap rather than free
} lg_port_map_t;

// Errors: IO (with the system's reason), OUT_OF_MEMORY.
lg_status_t lg_port_map_file(const char *path, lg_port_map_t *out_map, lg_error_t *err);
void lg_port_unmap(lg_port_map_t *map);

// A file being written beside its target and renamed over it at commit, so readers never see half a file.
typedef struct lg_port_file lg_port_file_t;
lg_status_t lg_port_file_create(const char *path, lg_port_file_t **out_file, lg_error_t *err);
lg_status_t lg_port_file_write(lg_port_file_t *file, const void *data, size_t bytes, lg_error_t *err);
// Both end the file's life; abandon removes what was written.
lg_status_t lg_port_file_commit(lg_port_file_t *file, lg_error_t *err);
void lg_port_file_abandon(lg_port_file_t *file);

// Shared libraries. Errors: IO (with the loader's reason), NOT_FOUND (symbol), UNSUPPORTED (no loader here).
lg_status_t lg_port_library_open(const char *path, void **out_library, lg_error_t *err);
lg_status_t lg_port_library_symbol(void *library, const char *name, void **out_symbol, lg_error_t *err);
void lg_port_library_close(void *library);

// Highest LG_ISA_* level that processor and operating system support.
uint32_t lg_port_cpu_isa(void);

#endif  // LEGATO_ENGINE_PORT_H_
