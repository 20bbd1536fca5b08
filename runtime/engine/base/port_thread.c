// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE 1
#include "base/port.h"

#include <string.h>

#ifdef __linux__
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { THREAD_STACK_BYTES = 1 << 20 };

bool lg_port_has_threads(void) {
    return true;
}

typedef struct port_start {
    void (*body)(void *);
    void *user;
    char name[16];
} port_start_t;

static void *port_thread_main(void *memory) {
    port_start_t start = *(port_start_t *)memory;
    free(memory);
    pthread_setname_np(pthread_self(), start.name);
    start.body(start.user);
    return NULL;
}

// ThreadSanitizer knows threads by the address of their stack and does not learn that they are gone in the
// child of a fork, where glibc would use the stacks again: there they are larger than any before.
#ifdef __SANITIZE_THREAD__
static size_t port_stack_extra(void) {
    static _Atomic(pid_t) known;
    static _Atomic(size_t) extra;
    pid_t before = 0, own = getpid();
    if (!__atomic_compare_exchange_n((pid_t *)&known, &before, own, false, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED) &&
        before != own) {
        known = own;
        extra += THREAD_STACK_BYTES;
    }
    return extra;
}
#else
static size_t port_stack_extra(void) {
    return 0;
}
#endif

bool lg_port_thread_start(lg_port_thread_t *thread, void (*body)(void *), void *user, const char *name) {
    port_start_t *start = malloc(sizeof *start);
    pthread_attr_t attributes;
    if (start == NULL || pthread_attr_init(&attributes) != 0) {
        free(start);
        return false;
    }
    *start = (port_start_t){.body = body, .user = user};
    memcpy(start->name, name, strnlen(name, sizeof start->name - 1));
    pthread_attr_setstacksize(&attributes, THREAD_STACK_BYTES + port_stack_extra());
    // Signals go to the application's threads: KeyboardInterrupt to the main one.
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pthread_t handle;
    int failed = pthread_create(&handle, &attributes, port_thread_main, start);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
    if (failed) {
        free(start);
        return false;
    }
    __atomic_store_n(&thread->handle, (uintptr_t)handle, __ATOMIC_RELAXED);  // others ask whether they are it
    return true;
}

void lg_port_thread_join(lg_port_thread_t *thread) {
    pthread_join((pthread_t)thread->handle, NULL);
}

bool lg_port_thread_is_self(const lg_port_thread_t *thread) {
    return pthread_equal((pthread_t)__atomic_load_n(&thread->handle, __ATOMIC_RELAXED), pthread_self()) != 0;
}

int64_t lg_port_thread_number(void) {
    return syscall(SYS_gettid);
}

void lg_port_yield(void) {
    sched_yield();
}

void lg_port_futex_wait(uint32_t *word, uint32_t expected) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

bool lg_port_futex_wait_until(uint32_t *word, uint32_t expected, int64_t until_ns) {
    if (until_ns == INT64_MAX) {
        lg_port_futex_wait(word, expected);
        return true;
    }
    until_ns = until_ns < 0 ? 0 : until_ns;
    const struct timespec until = {.tv_sec = until_ns / 1000000000, .tv_nsec = until_ns % 1000000000};
    // Of the monotonic clock, absolute.
    long failed =
        syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, expected, &until, NULL, FUTEX_BITSET_MATCH_ANY);
    return failed == 0 || errno != ETIMEDOUT;
}

int64_t lg_port_process_number(void) {
    return getpid();
}

uintptr_t lg_port_thread_identity(void) {
    return (uintptr_t)pthread_self();
}

void lg_port_futex_wake(uint32_t *word, int32_t count) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

void lg_port_futex_wait_for(uint32_t *word, uint32_t expected, int64_t timeout_ns) {
    struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, &timeout, NULL, 0);
}

// The kernel's masks may be larger than a set of ours.
enum { MASK_WORDS = 128 };

uint32_t lg_port_get_cores(int64_t thread, lg_cores_t *out_cores) {
    uint64_t mask[MASK_WORDS] = {0};
    memset(out_cores, 0, sizeof *out_cores);
    if (syscall(SYS_sched_getaffinity, (pid_t)thread, sizeof mask, mask) <= 0) {
        return 0;
    }
    memcpy(out_cores->bits, mask, sizeof out_cores->bits);
    return lg_cores_count(out_cores);
}

int32_t lg_port_core(void) {
    return sched_getcpu();
}

bool lg_port_set_cores(int64_t thread, const lg_cores_t *cores) {
    return syscall(SYS_sched_setaffinity, (pid_t)thread, sizeof *cores, cores) == 0;
}

// Of one thread, although POSIX has it for the process.
bool lg_port_get_nice(int64_t thread, int32_t *out_nice) {
    errno = 0;
    *out_nice = getpriority(PRIO_PROCESS, (id_t)thread);
    return errno == 0;
}

bool lg_port_set_nice(int64_t thread, int32_t nice) {
    return setpriority(PRIO_PROCESS, (id_t)thread, nice) == 0;
}

// A page that the kernel clears in the child: no handler, no global list, nothing to lock before the fork.
uint32_t *lg_port_fork_guard_create(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        return NULL;
    }
    // Kernels before 4.14 refuse; the word then stays 1 in a child, whose loops run on its one thread.
    madvise(page, 4096, MADV_WIPEONFORK);
    *(uint32_t *)page = 1;
    return page;
}

void lg_port_fork_guard_destroy(uint32_t *guard) {
    if (guard != NULL) {
        munmap(guard, 4096);
    }
}

#else

bool lg_port_has_threads(void) {
    return false;
}

bool lg_port_thread_start(lg_port_thread_t *thread, void (*body)(void *), void *user, const char *name) {
    (void)thread, (void)body, (void)user, (void)name;
    return false;
}

void lg_port_thread_join(lg_port_thread_t *thread) {
    (void)thread;
}

bool lg_port_thread_is_self(const lg_port_thread_t *thread) {
    (void)thread;
    return false;
}

int64_t lg_port_thread_number(void) {
    return 0;
}

void lg_port_yield(void) {
}

void lg_port_futex_wait(uint32_t *word, uint32_t expected) {
    (void)word, (void)expected;
}

void lg_port_futex_wake(uint32_t *word, int32_t count) {
    (void)word, (void)count;
}

void lg_port_futex_wait_for(uint32_t *word, uint32_t expected, int64_t timeout_ns) {
    (void)word, (void)expected, (void)timeout_ns;
}

bool lg_port_futex_wait_until(uint32_t *word, uint32_t expected, int64_t until_ns) {
    (void)word, (void)expected;
    return lg_port_now_ns() < until_ns;
}

int64_t lg_port_process_number(void) {
    return 1;
}

uintptr_t lg_port_thread_identity(void) {
    return 1;
}

uint32_t lg_port_get_cores(int64_t thread, lg_cores_t *out_cores) {
    (void)thread;
    memset(out_cores, 0, sizeof *out_cores);
    return 0;
}

int32_t lg_port_core(void) {
    return -1;
}

bool lg_port_set_cores(int64_t thread, const lg_cores_t *cores) {
    (void)thread, (void)cores;
    return false;
}

bool lg_port_get_nice(int64_t thread, int32_t *out_nice) {
    (void)thread;
    *out_nice = 0;
    return false;
}

bool lg_port_set_nice(int64_t thread, int32_t nice) {
    (void)thread, (void)nice;
    return false;
}

uint32_t *lg_port_fork_guard_create(void) {
    static uint32_t one = 1;  // nothing forks here, and nobody writes it
    return &one;
}

void lg_port_fork_guard_destroy(uint32_t *guard) {
    (void)guard;
}
#endif

// ---- floating point ---------------------------------------------------------------------------------

uint32_t lg_port_float_mode(void) {
#if defined(__x86_64__) && defined(__GNUC__)
    return __builtin_ia32_stmxcsr() & ~UINT32_C(0x3f);  // without the sticky flags
#else
    return 0;
#endif
}

void lg_port_set_float_mode(uint32_t mode) {
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_ia32_ldmxcsr(mode);
#else
    (void)mode;
#endif
}
