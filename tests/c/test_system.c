// SPDX-License-Identifier: Apache-2.0
// Units of the whole system: processes never overlap, and whoever is killed leaves nothing behind that others wait for.
#include <string.h>

#include "testing.h"
#include "unit/system.h"
#include "unit/unit.h"

#ifndef __linux__
TEST(system) {
    lg_test_skip("processes share nothing here");
}
#else
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { DISPATCHES = 10000 };
#else
enum { DISPATCHES = 250000 };
#endif
enum { PROCESSES = 2, THREADS = 2 };

// What the processes of a test have in common.
typedef struct common {
    _Atomic(int32_t) inside, overlaps, failures, ready;
    uint64_t plain;  // not atomic: the unit protects it
} common_t;

static char *system_name(void) {
    static char name[32];
    snprintf(name, sizeof name, "test/%d", (int)getpid());
    return name;
}

// Calls `fn` with the path of the file of the test's unit.
static void system_file(int (*fn)(const char *path)) {
    char part[32];
    snprintf(part, sizeof part, "test_%d-", (int)getpid());
    DIR *folder = opendir("/dev/shm");
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        if (strncmp(entry->d_name, "legato-", 7) == 0 && strstr(entry->d_name, part) != NULL) {
            char path[300];
            snprintf(path, sizeof path, "/dev/shm/%s", entry->d_name);
            fn(path);
        }
    }
    closedir(folder);
}

static common_t *system_begin(void) {
    if (access("/dev/shm", W_OK) != 0) {
        lg_test_skip("there is no /dev/shm");
    }
    alarm(120);  // a hang is the classic failure
    common_t *common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(common != MAP_FAILED);
    return common;
}

static void system_end(common_t *common) {
    system_file(unlink);
    munmap(common, sizeof *common);
    alarm(0);
}

static lg_status_t system_unit(const char *name, uint32_t capacity, int64_t max_wait_ns,
                               lg_context_t **out_context, lg_unit_t **out_unit, lg_error_t *err) {
    const lg_unit_desc_t desc = {LG_STRUCT(lg_unit_desc_t), .name = name, .capacity = capacity,
                                 .scope = LG_SCOPE_SYSTEM, .max_wait_ns = max_wait_ns};
    LG_TRY(lg_context_create(NULL, out_context, err));
    lg_status_t status = lg_unit_create(*out_context, &desc, out_unit, err);
    if (status != LG_OK) {
        lg_context_close(*out_context);
    }
    return status;
}

// ---- overlap ----------------------------------------------------------------------------------------

typedef struct member {
    common_t *common;
    lg_unit_t *unit;
    int32_t priority;
} member_t;

static void *system_member(void *memory) {
    member_t *member = memory;
    common_t *common = member->common;
    const int32_t capacity = (int32_t)lg_unit_capacity(member->unit);
    const lg_take_desc_t desc = {LG_STRUCT(lg_take_desc_t), .what = "member", .priority = member->priority};
    for (int i = 0; i < DISPATCHES; i++) {
        lg_hold_t hold;
        if (lg_unit_take(member->unit, &desc, &hold, NULL) != LG_OK) {
            common->failures++;
            break;
        }
        common->overlaps += atomic_fetch_add_explicit(&common->inside, 1, memory_order_relaxed) >= capacity;
        if (capacity == 1) {
            common->plain++;
        }
        atomic_fetch_sub_explicit(&common->inside, 1, memory_order_relaxed);
        lg_unit_give(&hold);
    }
    return NULL;
}

// In a process of its own. Returns how much was wrong.
static int system_process(common_t *common, const char *name, uint32_t capacity) {
    lg_context_t *context;
    lg_unit_t *unit;
    lg_error_t err;
    alarm(100);
    if (system_unit(name, capacity, 0, &context, &unit, &err) != LG_OK) {
        return 1;
    }
    common->ready++;
    while (common->ready < PROCESSES) {
        usleep(100);
    }
    member_t members[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        members[i] = (member_t){common, unit, i % 3 - 1};
        pthread_create(&threads[i], NULL, system_member, &members[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    lg_unit_stats_t stats;
    lg_unit_stats(unit, &stats);
    int wrong = stats.taken < THREADS * DISPATCHES || stats.holders != 0;
    lg_unit_release(unit);
    lg_context_close(context);
    return wrong;
}

// 10^6 dispatches by two processes of two threads each.
TEST(system_holders_never_overlap) {
    for (uint32_t capacity = 1; capacity <= 2; capacity++) {
        common_t *common = system_begin();
        const char *name = system_name();
        pid_t children[PROCESSES];
        for (int i = 0; i < PROCESSES; i++) {
            children[i] = fork();
            if (children[i] == 0) {
                _exit(system_process(common, name, capacity));
            }
        }
        for (int i = 0; i < PROCESSES; i++) {
            int status = -1;
            CHECK(waitpid(children[i], &status, 0) == children[i]);
            CHECK_EQ(status, 0);
        }
        CHECK_EQ(common->overlaps, 0);
        CHECK_EQ(common->failures, 0);
        CHECK(capacity > 1 || common->plain == (uint64_t)PROCESSES * THREADS * DISPATCHES);
        system_end(common);
    }
}

// ---- killed -----------------------------------------------------------------------------------------

// A process that takes the unit, or waits for it, until it is killed.
static pid_t system_victim(common_t *common, const char *name) {
    common->ready = 0;
    pid_t child = fork();
    if (child == 0) {
        lg_context_t *context;
        lg_unit_t *unit;
        lg_hold_t hold;
        lg_error_t err;
        const lg_take_desc_t desc = {LG_STRUCT(lg_take_desc_t), .what = "victim: conv\n1",
                                     .priority = LG_PRIORITY_HIGH};
        alarm(60);
        common->failures += system_unit(name, 1, 0, &context, &unit, &err) != LG_OK;
        common->ready = 1;
        common->failures += lg_unit_take(unit, &desc, &hold, &err) != LG_OK;
        common->ready = 2;
        for (;;) {
            pause();
        }
    }
    return child;
}

static void system_await(common_t *common, int32_t ready) {
    while (common->ready < ready) {
        usleep(100);
    }
}

TEST(system_recovers_from_the_dead) {
    common_t *common = system_begin();
    const char *name = system_name();
    lg_context_t *context;
    lg_unit_t *unit;
    lg_hold_t hold;
    CHECK_OK(system_unit(name, 1, 0, &context, &unit, test_err));
    for (int i = 0; i < 5; i++) {
        pid_t victim = system_victim(common, name);
        system_await(common, 2);
        CHECK(!lg_unit_try(unit, "test", &hold));
        const lg_take_desc_t soon = {LG_STRUCT(lg_take_desc_t), .deadline_ns = lg_port_now_ns() + 5000000};
        CHECK_FAILS(lg_unit_take(unit, &soon, &hold, test_err), LG_STATUS_DEADLINE);
        CHECK_HAS(test_err->message, "is held by victim: conv?1 (process ");
        CHECK(kill(victim, SIGKILL) == 0);  // and nobody asks for its status yet: a zombie is dead
        const int64_t begin_ns = lg_port_now_ns();
        CHECK_OK(lg_unit_take(unit, NULL, &hold, test_err));
        const int64_t took_ns = lg_port_now_ns() - begin_ns;
        CHECK(took_ns < 500000000);
        CHECK(waitpid(victim, NULL, 0) == victim);
        lg_unit_stats_t stats;
        lg_unit_stats(unit, &stats);
        CHECK_EQ(stats.recoveries, i + 1);
        // One that is killed while it waits does not keep others back.
        victim = system_victim(common, name);
        system_await(common, 1);
        usleep(3000);
        CHECK(kill(victim, SIGKILL) == 0);
        CHECK(waitpid(victim, NULL, 0) == victim);
        lg_unit_give(&hold);
        CHECK_OK(lg_unit_take(unit, NULL, &hold, test_err));
        lg_unit_give(&hold);
    }
    CHECK_EQ(common->failures, 0);
    lg_unit_release(unit);
    lg_context_close(context);
    system_end(common);
}

// A process that was stopped while it waits may not keep others from what is free.
TEST(system_goes_past_the_stopped) {
    common_t *common = system_begin();
    const char *name = system_name();
    lg_context_t *context;
    lg_unit_t *unit;
    lg_hold_t hold;
    CHECK_OK(system_unit(name, 1, 0, &context, &unit, test_err));
    CHECK(lg_unit_try(unit, "test", &hold));
    pid_t victim = system_victim(common, name);
    system_await(common, 1);
    usleep(20000);
    CHECK(kill(victim, SIGSTOP) == 0);
    CHECK(waitpid(victim, NULL, WUNTRACED) == victim);  // it is still for sure
    lg_unit_give(&hold);
    for (int i = 0; i < 3; i++) {
        CHECK_OK(lg_unit_take(unit, NULL, &hold, test_err));
        lg_unit_give(&hold);
    }
    CHECK(kill(victim, SIGCONT) == 0);
    system_await(common, 2);
    CHECK(kill(victim, SIGKILL) == 0);
    CHECK(waitpid(victim, NULL, 0) == victim);
    lg_unit_release(unit);
    lg_context_close(context);
    system_end(common);
}

// In the child of a fork the parent's places are the parent's.
TEST(system_in_the_child_of_a_fork) {
    common_t *common = system_begin();
    lg_context_t *context;
    lg_unit_t *unit;
    lg_hold_t hold;
    CHECK_OK(system_unit(system_name(), 2, 0, &context, &unit, test_err));
    CHECK(lg_unit_try(unit, "parent", &hold));
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        lg_hold_t own, third;
        lg_error_t err;
        const lg_take_desc_t soon = {LG_STRUCT(lg_take_desc_t), .deadline_ns = lg_port_now_ns() + 3000000};
        lg_unit_give(&hold);  // of this process only
        int wrong = lg_unit_take(unit, NULL, &own, &err) != LG_OK;
        wrong += lg_unit_take(unit, &soon, &third, &err) != LG_STATUS_DEADLINE;
        lg_unit_give(&own);
        _exit(wrong);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_EQ(status, 0);
    lg_unit_give(&hold);
    lg_unit_release(unit);
    lg_context_close(context);
    system_end(common);
}

// ---- what others may have done ----------------------------------------------------------------------

static int spoil_head(const char *path) {
    int file = open(path, O_WRONLY);
    int failed = pwrite(file, "what is this", 12, 0) != 12;
    return close(file) + failed;
}

static int spoil_rest(const char *path) {
    char noise[2048];
    memset(noise, 0xa5, sizeof noise);
    int file = open(path, O_WRONLY);
    int failed = pwrite(file, noise, sizeof noise, 152) != (ssize_t)sizeof noise;
    return close(file) + failed;
}

static int spoil_size(const char *path) {
    return truncate(path, 100);
}

static int spoil_mode(const char *path) {
    return chmod(path, 0666);
}

TEST(system_believes_nothing) {
    common_t *common = system_begin();
    const char *name = system_name();
    lg_context_t *context, *other;
    lg_unit_t *unit, *second;
    lg_hold_t hold;
    CHECK_OK(system_unit(name, 2, 0, &context, &unit, test_err));
    CHECK_FAILS(system_unit(name, 3, 0, &other, &second, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "with 2 places");
    CHECK_EQ(lg_unit_scope(unit), LG_SCOPE_SYSTEM);
    // Owners and waiters that are no processes: they are dead.
    system_file(spoil_rest);
    for (int i = 0; i < 3; i++) {
        const lg_take_desc_t soon = {LG_STRUCT(lg_take_desc_t), .deadline_ns = lg_port_now_ns() + 5000000000};
        CHECK_OK(lg_unit_take(unit, &soon, &hold, test_err));
        lg_unit_give(&hold);
    }
    system_file(spoil_head);
    CHECK_FAILS(system_unit(name, 2, 0, &other, &second, test_err), LG_STATUS_FORMAT);
    lg_unit_release(unit);
    lg_context_close(context);
    system_file(spoil_size);
    CHECK_FAILS(system_unit(name, 2, 0, &other, &second, test_err), LG_STATUS_FORMAT);
    CHECK_HAS(test_err->message, "mode 0600");
    system_file(unlink);
    CHECK_OK(system_unit(name, 2, 0, &context, &unit, test_err));
    system_file(spoil_mode);
    CHECK_FAILS(system_unit(name, 2, 0, &other, &second, test_err), LG_STATUS_FORMAT);
    lg_unit_release(unit);
    lg_context_close(context);
    system_end(common);
}
#endif
