// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE 1
#include "base/port.h"

#ifdef __linux__
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
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

bool lg_port_thread_start(lg_port_thread_t *thread, void (*body)(void *), void *user, const char *name) {
    port_start_t *start = malloc(sizeof *start);
    pthread_attr_t attributes;
    if (start == NULL || pthread_attr_init(&attributes) != 0) {
        free(start);
        return false;
    }
    *start = (port_start_t){.body = body, .user = user};
    memcpy(start->name, name, strnlen(name, sizeof start->name - 1));
    pthread_attr_setstacksize(&attributes, THREAD_STACK_BYTES);
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
    thread->handle = (uintptr_t)handle;
    return true;
}

void lg_port_thread_join(lg_port_thread_t *thread) {
    pthread_join((pthread_t)thread->handle, NULL);
}

bool lg_port_thread_is_self(const lg_port_thread_t *thread) {
    return pthread_equal((pthread_t)thread->handle, pthread_self()) != 0;
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

void lg_port_futex_wake(uint32_t *word, int32_t count) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

// The kernel's masks, larger than cpu_set_t where there are more than 1024 processors.
enum { MASK_WORDS = 128, MASK_BITS = 64 };

uint32_t lg_port_get_cores(int64_t thread, uint32_t *out_cores, uint32_t capacity) {
    unsigned long mask[MASK_WORDS];
    long bytes = syscall(SYS_sched_getaffinity, (pid_t)thread, sizeof mask, mask);
    uint32_t count = 0;
    for (uint32_t core = 0; bytes > 0 && core < (uint32_t)bytes * CHAR_BIT; core++) {
        if ((mask[core / MASK_BITS] >> core % MASK_BITS & 1) && count < capacity) {
            out_cores[count++] = core;
        }
    }
    return count;
}

bool lg_port_set_cores(int64_t thread, const uint32_t *cores, uint32_t count) {
    unsigned long mask[MASK_WORDS] = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (cores[i] < MASK_WORDS * MASK_BITS) {
            mask[cores[i] / MASK_BITS] |= 1ul << cores[i] % MASK_BITS;
        }
    }
    return syscall(SYS_sched_setaffinity, (pid_t)thread, sizeof mask, mask) == 0;
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

uint32_t lg_port_get_cores(int64_t thread, uint32_t *out_cores, uint32_t capacity) {
    (void)thread, (void)out_cores, (void)capacity;
    return 0;
}

bool lg_port_set_cores(int64_t thread, const uint32_t *cores, uint32_t count) {
    (void)thread, (void)cores, (void)count;
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
