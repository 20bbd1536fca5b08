/* SPDX-License-Identifier: Apache-2.0
 *
 * The port layer: the only place that knows the operating system. port_posix.c serves Linux and other POSIX
 * systems; the same file serves WASI, where memory maps are plain reads and shared libraries do not exist.
 */
#ifndef LEGATO_ENGINE_PORT_H_
#define LEGATO_ENGINE_PORT_H_

#include "base/check.h"

// Aligned memory of the C library; NULL when out of memory. `alignment` is a power of two >= 16. Blocks of 4 MiB
// and more lie on huge pages where the system has some.
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

// ---- threads (port_thread.c) ------------------------------------------------------------------------
// Without them (WASI, systems without futexes) a lane is the thread that calls.

bool lg_port_has_threads(void);

typedef struct lg_port_thread {
    uintptr_t handle;
} lg_port_thread_t;

// Starts a thread with all signals blocked. `name` is cut to 15 characters. False: the system has no more
// threads.
bool lg_port_thread_start(lg_port_thread_t *thread, void (*body)(void *), void *user, const char *name);
void lg_port_thread_join(lg_port_thread_t *thread);
bool lg_port_thread_is_self(const lg_port_thread_t *thread);
// A number other than 0 that no other thread of the process has while this one lives; cheap.
uintptr_t lg_port_thread_identity(void);
// The system's number of the calling thread.
int64_t lg_port_thread_number(void);
// The processor that the calling thread is on, as of some moment; -1 where nobody knows. Cheap.
int32_t lg_port_core(void);
void lg_port_yield(void);

// Sleeps while `*word` is `expected`; may return early. Wakes up to `count` sleepers of `word`.
void lg_port_futex_wait(uint32_t *word, uint32_t expected);
void lg_port_futex_wake(uint32_t *word, int32_t count);
// The same, for `timeout_ns` at most.
void lg_port_futex_wait_for(uint32_t *word, uint32_t expected, int64_t timeout_ns);
// The first with an end, a time of lg_port_now_ns. False: it has come.
bool lg_port_futex_wait_until(uint32_t *word, uint32_t expected, int64_t until_ns);

// Number of this process; 1 where there are none.
int64_t lg_port_process_number(void);

// ---- what processes share (port_share.c) ------------------------------------------------------------

// Maps memory that all processes of the user have under `name`. Who comes first makes it of `bytes` bytes at `initial`;
// nobody sees a part of that. Errors: UNSUPPORTED (the system has no such memory), FORMAT (it has another size, is
// somebody else's, or others may write it), IO.
lg_status_t lg_port_share_open(const char *name, const void *initial, size_t bytes, void **out_memory,
                               lg_error_t *err);
void lg_port_share_close(void *memory, size_t bytes);  // NULL is allowed
// When a process began, in units of the system's, never 0; 0: it is gone, or the system does not tell.
uint32_t lg_port_process_start(int64_t process);
// What processes have in common that see each other by the same numbers; 0 where there is one for all.
uint64_t lg_port_process_space(void);

// A set of processor numbers; those of 1024 and above are not seen.
enum { LG_CORES_WORDS = 16 };
typedef struct lg_cores {
    uint64_t bits[LG_CORES_WORDS];
} lg_cores_t;

static inline bool lg_cores_has(const lg_cores_t *cores, uint32_t core) {
    return core < LG_CORES_WORDS * 64 && (cores->bits[core / 64] >> core % 64 & 1);
}

static inline void lg_cores_add(lg_cores_t *cores, uint32_t core) {
    cores->bits[core / 64] |= UINT64_C(1) << core % 64;
}

static inline uint32_t lg_cores_count(const lg_cores_t *cores) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < LG_CORES_WORDS; i++) {
        count += (uint32_t)__builtin_popcountll(cores->bits[i]);
    }
    return count;
}

// Whether `inner` has nothing that `outer` lacks.
static inline bool lg_cores_within(const lg_cores_t *inner, const lg_cores_t *outer) {
    uint64_t beyond = 0;
    for (uint32_t i = 0; i < LG_CORES_WORDS; i++) {
        beyond |= inner->bits[i] & ~outer->bits[i];
    }
    return beyond == 0;
}

// "0-3,8", into `text`, cut where that is too short.
const char *lg_cores_format(const lg_cores_t *cores, char *text, size_t bytes);

// Where a thread (its number; 0: the calling one) may run. Returns how many cores, 0 when the system does not
// say. The second returns false when the system refuses.
uint32_t lg_port_get_cores(int64_t thread, lg_cores_t *out_cores);
bool lg_port_set_cores(int64_t thread, const lg_cores_t *cores);

// How far a thread stands behind others, -20 to 19; `thread` as above. Get: false where the system does not tell.
// Set: false where it refuses, which it does to less than there was.
bool lg_port_get_nice(int64_t thread, int32_t *out_nice);
bool lg_port_set_nice(int64_t thread, int32_t nice);

// The processors' worth of time that the process's control groups leave it; 0: no limit. `root` is put before
// /proc and /sys, "" outside of tests. The second: how many of `allowed` cores it can keep busy, rounded
// down, at least 1.
double lg_port_quota(const char *root);
uint32_t lg_port_core_limit(const char *root, uint32_t allowed);

// A word that is 1 and becomes 0 in the child of a fork, where the threads of its owner are gone. NULL: no
// memory.
uint32_t *lg_port_fork_guard_create(void);
void lg_port_fork_guard_destroy(uint32_t *guard);

// How the calling thread rounds and treats denormals; 0 where that cannot be told.
uint32_t lg_port_float_mode(void);
void lg_port_set_float_mode(uint32_t mode);

static inline void lg_port_pause(void) {
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) && defined(__GNUC__)
    __asm__ volatile("yield");
#endif
}

#endif  // LEGATO_ENGINE_PORT_H_
