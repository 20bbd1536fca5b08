// SPDX-License-Identifier: Apache-2.0
// Units: never more holders than places, nobody forgotten, nobody for ever; forks and names.
#include "unit/unit.h"

#include <string.h>

#include "testing.h"

#ifdef __wasi__
TEST(unit) {
    lg_test_skip("no threads here");
}
#else
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, DISPATCHES = 250000 };

static lg_context_t *unit_context(void) {
    lg_context_t *context;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    alarm(120);  // a hang is the classic failure
    return context;
}

static lg_unit_t *unit_of(lg_context_t *context, uint32_t capacity, int64_t max_wait_ns) {
    lg_unit_t *unit;
    lg_unit_desc_t desc = {LG_STRUCT(lg_unit_desc_t), .name = "mm", .capacity = capacity,
                           .max_wait_ns = max_wait_ns};
    CHECK_OK(lg_unit_create(context, &desc, &unit, test_err));
    return unit;
}

static void unit_end(lg_context_t *context, lg_unit_t *unit) {
    lg_unit_release(unit);
    lg_context_close(context);
    alarm(0);
}

// ---- overlap ----------------------------------------------------------------------------------------

typedef struct crowd {
    lg_unit_t *unit;
    _Atomic(int32_t) inside;
    _Atomic(uint32_t) overlaps, failures, seed;
    uint64_t plain;  // not atomic: the unit protects it where there is one place
} crowd_t;

static void *crowd_member(void *memory) {
    crowd_t *crowd = memory;
    const int32_t capacity = (int32_t)lg_unit_capacity(crowd->unit);
    uint32_t random = atomic_fetch_add(&crowd->seed, 1) + 1;
    for (int i = 0; i < DISPATCHES; i++) {
        random = random * 1664525u + 1013904223u;
        lg_hold_t hold;
        lg_take_desc_t desc = {LG_STRUCT(lg_take_desc_t), .what = "member"};
        desc.priority = (int32_t)((random >> 8) % 3) - 1;
        if (random >> 24 < 20 ? !lg_unit_try(crowd->unit, "trier", &hold)
                              : lg_unit_take(crowd->unit, &desc, &hold, NULL) != LG_OK) {
            crowd->failures += random >> 24 >= 20;
            continue;
        }
        crowd->overlaps += atomic_fetch_add_explicit(&crowd->inside, 1, memory_order_relaxed) >= capacity;
        if (capacity == 1) {
            crowd->plain++;
        }
        atomic_fetch_sub_explicit(&crowd->inside, 1, memory_order_relaxed);
        lg_unit_give(&hold);
    }
    return NULL;
}

TEST(unit_holders_never_overlap) {
    lg_context_t *context = unit_context();
    for (uint32_t capacity = 1; capacity <= 3; capacity += 2) {
        crowd_t crowd = {.unit = unit_of(context, capacity, 0)};
        pthread_t threads[THREADS];
        for (int i = 0; i < THREADS; i++) {
            CHECK(pthread_create(&threads[i], NULL, crowd_member, &crowd) == 0);
        }
        for (int i = 0; i < THREADS; i++) {
            CHECK(pthread_join(threads[i], NULL) == 0);
        }
        CHECK_EQ(crowd.overlaps, 0);
        CHECK_EQ(crowd.failures, 0);
        lg_unit_stats_t stats;
        lg_unit_stats(crowd.unit, &stats);
        CHECK_EQ(stats.holders, 0);
        CHECK_EQ(stats.queued, 0);
        if (capacity == 1) {
            CHECK_EQ(stats.taken, crowd.plain);
        }
        lg_unit_release(crowd.unit);
    }
    lg_context_close(context);
    alarm(0);
}

// ---- order ------------------------------------------------------------------------------------------

typedef struct waiting {
    pthread_t thread;
    lg_unit_t *unit;
    int32_t priority;
    uint32_t *order;  // who was served when, protected by the unit
    _Atomic(uint32_t) *served;
    uint32_t number;
    lg_status_t status;
} waiting_t;

static void *wait_for_unit(void *memory) {
    waiting_t *waiting = memory;
    lg_hold_t hold;
    lg_take_desc_t desc = {LG_STRUCT(lg_take_desc_t), .what = "waiter", .priority = waiting->priority};
    waiting->status = lg_unit_take(waiting->unit, &desc, &hold, NULL);
    if (waiting->status == LG_OK) {
        waiting->order[(*waiting->served)++] = waiting->number;
        lg_unit_give(&hold);
    }
    return NULL;
}

static void await_queue(lg_unit_t *unit, uint32_t queued) {
    lg_unit_stats_t stats;
    do {
        usleep(200);
        lg_unit_stats(unit, &stats);
    } while (stats.queued != queued);
}

// By priority, then first come first served.
TEST(unit_serves_by_priority) {
    enum { COUNT = 14 };
    lg_context_t *context = unit_context();
    lg_unit_t *unit = unit_of(context, 1, 0);
    uint32_t order[COUNT];
    _Atomic(uint32_t) served = 0;
    waiting_t waits[COUNT];
    lg_hold_t hold;
    CHECK(lg_unit_try(unit, "test", &hold));
    for (uint32_t i = 0; i < COUNT; i++) {
        // One of low priority, one of normal, then twelve of high.
        int32_t priority = i == 0 ? LG_PRIORITY_LOW : i == 1 ? LG_PRIORITY_NORMAL : LG_PRIORITY_HIGH;
        waits[i] =
            (waiting_t){.unit = unit, .priority = priority, .order = order, .served = &served, .number = i};
        CHECK(pthread_create(&waits[i].thread, NULL, wait_for_unit, &waits[i]) == 0);
        await_queue(unit, i + 1);
    }
    lg_hold_t none;
    CHECK(!lg_unit_try(unit, "late", &none));
    lg_unit_give(&hold);
    for (int i = 0; i < COUNT; i++) {
        CHECK(pthread_join(waits[i].thread, NULL) == 0);
        CHECK_EQ(waits[i].status, LG_OK);
    }
    CHECK_EQ(served, COUNT);
    for (uint32_t i = 0; i < COUNT - 2; i++) {
        CHECK_EQ(order[i], i + 2);
    }
    CHECK_EQ(order[COUNT - 2], 1);
    CHECK_EQ(order[COUNT - 1], 0);
    lg_unit_stats_t stats;
    lg_unit_stats(unit, &stats);
    CHECK_EQ(stats.waits, COUNT);
    CHECK_EQ(stats.taken, COUNT + 1);
    CHECK(stats.longest_wait_ns > 0);
    unit_end(context, unit);
}

typedef struct flood {
    lg_unit_t *unit;
    _Atomic(uint32_t) stop;
} flood_t;

static void *flood_unit(void *memory) {
    flood_t *flood = memory;
    lg_take_desc_t desc = {LG_STRUCT(lg_take_desc_t), .priority = LG_PRIORITY_HIGH};
    while (!flood->stop) {
        lg_hold_t hold;
        if (lg_unit_take(flood->unit, &desc, &hold, NULL) == LG_OK) {
            usleep(20);  // so that others queue meanwhile
            lg_unit_give(&hold);
        }
    }
    return NULL;
}

// Being passed over eight times counts as one priority more: two priorities up are sixteen, and those that are older.
TEST(unit_serves_the_old_before_the_urgent) {
    lg_context_t *context = unit_context();
    flood_t flood = {.unit = unit_of(context, 1, 0)};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, flood_unit, &flood) == 0);
    }
    for (int i = 0; i < 20; i++) {
        lg_unit_stats_t before, after;
        lg_take_desc_t desc = {LG_STRUCT(lg_take_desc_t), .priority = LG_PRIORITY_LOW};
        lg_hold_t hold;
        lg_unit_stats(flood.unit, &before);
        CHECK_OK(lg_unit_take(flood.unit, &desc, &hold, test_err));
        lg_unit_stats(flood.unit, &after);
        // Some come between the count and the queue; many more than the bound would be starving.
        CHECK(after.taken - before.taken < 16 + 2 * THREADS + 100);
        lg_unit_give(&hold);
    }
    flood.stop = 1;
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    unit_end(context, flood.unit);
}

// ---- bounds and errors ------------------------------------------------------------------------------

static void *late_thread(void *memory) {
    waiting_t *waiting = memory;
    lg_hold_t hold;
    lg_error_t err;
    waiting->status = lg_unit_take(waiting->unit, NULL, &hold, &err);
    if (waiting->status == LG_STATUS_BUSY &&
        (strstr(err.message, "'mm' is held by encoder.3") == NULL || hold.unit != NULL)) {
        waiting->status = LG_STATUS_INTERNAL;
    }
    lg_take_desc_t desc = {LG_STRUCT(lg_take_desc_t), .deadline_ns = lg_port_now_ns() + 2000000};
    if (lg_unit_take(waiting->unit, &desc, &hold, &err) != LG_STATUS_DEADLINE) {
        waiting->status = LG_STATUS_INTERNAL;
    }
    return NULL;
}

TEST(unit_waiting_is_bounded) {
    lg_context_t *context = unit_context();
    lg_unit_t *unit = unit_of(context, 1, 20000000);
    lg_hold_t hold, other;
    lg_take_desc_t desc = {LG_STRUCT(lg_take_desc_t), .what = lg_unit_label(unit, "encoder.3")};
    CHECK(desc.what == lg_unit_label(unit, "encoder.3"));
    CHECK_OK(lg_unit_take(unit, &desc, &hold, test_err));
    waiting_t waiting = {.unit = unit};
    CHECK(pthread_create(&waiting.thread, NULL, late_thread, &waiting) == 0);
    CHECK(pthread_join(waiting.thread, NULL) == 0);
    CHECK_EQ(waiting.status, LG_STATUS_BUSY);
    // For oneself: at once.
    CHECK_FAILS(lg_unit_take(unit, &desc, &other, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "wait for itself");
    desc.priority = 5;
    CHECK_FAILS(lg_unit_take(unit, &desc, &other, test_err), LG_STATUS_INVALID_ARGUMENT);
    lg_unit_stats_t stats;
    lg_unit_stats(unit, &stats);
    CHECK_STR(stats.holder, "encoder.3");
    CHECK_EQ(stats.queued, 0);
    lg_unit_give(&hold);
    lg_unit_give(&hold);  // nothing any more
    CHECK(lg_unit_try(unit, NULL, &hold));
    CHECK(!lg_unit_try(unit, NULL, &other));
    lg_unit_give(&hold);
    unit_end(context, unit);
}

TEST(unit_names) {
    lg_context_t *context = unit_context();
    lg_unit_t *unit = unit_of(context, 2, 0), *other;
    lg_unit_desc_t desc = {LG_STRUCT(lg_unit_desc_t), .name = "mm"};
    CHECK_FAILS(lg_unit_create(context, &desc, &other, test_err), LG_STATUS_ALREADY_EXISTS);
    CHECK_OK(lg_unit_find(context, "mm", &other, test_err));
    CHECK(other == unit);
    lg_unit_release(other);
    CHECK_FAILS(lg_unit_find(context, "nn", &other, test_err), LG_STATUS_NOT_FOUND);
    CHECK_HAS(test_err->message, "'mm'");
    CHECK_EQ(lg_unit_capacity(unit), 2);
    CHECK_STR(lg_unit_name(unit), "mm");
    desc.name = "";
    CHECK_FAILS(lg_unit_create(context, &desc, &other, test_err), LG_STATUS_INVALID_ARGUMENT);
    desc.name = "x";
    desc.capacity = 65;
    CHECK_FAILS(lg_unit_create(context, &desc, &other, test_err), LG_STATUS_INVALID_ARGUMENT);
    desc.capacity = 1;
    desc.max_wait_ns = -1;
    CHECK_FAILS(lg_unit_create(context, &desc, &other, test_err), LG_STATUS_INVALID_ARGUMENT);
    lg_unit_release(unit);
    CHECK_FAILS(lg_unit_find(context, "mm", &unit, test_err), LG_STATUS_NOT_FOUND);
    unit = unit_of(context, 1, 0);  // the name is free again
    lg_context_close(context);
    CHECK_FAILS(lg_unit_create(context, &desc, &other, test_err), LG_STATUS_CLOSED);
    lg_unit_release(unit);
    alarm(0);
}

// ---- fork -------------------------------------------------------------------------------------------

static void *hold_for_ever(void *memory) {
    lg_hold_t hold;
    if (lg_unit_take(memory, NULL, &hold, NULL) != LG_OK) {
        return NULL;
    }
    for (;;) {
        pause();
    }
    return NULL;
}

// What other threads held is free in the child, what the forking thread held is not.
TEST(unit_in_the_child_of_a_fork) {
    lg_context_t *context = unit_context();
    lg_unit_t *unit = unit_of(context, 2, 0);
    lg_hold_t hold;
    CHECK(lg_unit_try(unit, "parent", &hold));
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, hold_for_ever, unit) == 0);
    lg_unit_stats_t stats;
    do {
        usleep(200);
        lg_unit_stats(unit, &stats);
    } while (stats.holders < 2);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        lg_hold_t second, third;
        lg_error_t err;
        int wrong = lg_unit_take(unit, NULL, &second, &err) != LG_OK;
        wrong += lg_unit_take(unit, NULL, &third, &err) != LG_STATUS_INVALID_ARGUMENT;
        lg_unit_give(&hold);
        wrong += lg_unit_take(unit, NULL, &third, &err) != LG_OK;
        lg_unit_give(&third);
        lg_unit_give(&second);
        lg_unit_stats(unit, &stats);
        wrong += stats.holders != 0;
        _exit(wrong);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_EQ(status, 0);
    lg_unit_stats(unit, &stats);
    CHECK_EQ(stats.holders, 2);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
    lg_unit_give(&hold);
    unit_end(context, unit);
}
#endif
