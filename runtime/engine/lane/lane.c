// SPDX-License-Identifier: Apache-2.0
// Life of lanes.
#include "lane/lane.h"

#include <legato/machine.h>
#include <stdio.h>
#include <string.h>

// Default of how long a worker waits awake inside a run: about twice what it costs to wake one.
enum { LANE_SPIN_NS = 50000 };
// What waking costs the waker before it was measured: an idle virtual processor of a Zen 4 (6400 to 8700).
enum { LANE_WAKE_NS = 8000 };
enum { LANE_MAX_NICE = 19 };

// ---- small pieces -----------------------------------------------------------------------------------

// Held for a few instructions, or while a thread starts; the holder never waits for anybody.
void lg_lane_lock(lg_lane_t *lane) {
    while (atomic_exchange_explicit(&lane->lock, 1, memory_order_acquire) != 0) {
        for (uint32_t i = 0; atomic_load_explicit(&lane->lock, memory_order_relaxed) != 0; i++) {
            if (i < 100) {
                lg_port_pause();
            } else {
                lg_port_yield();
            }
        }
    }
}

void lg_lane_unlock(lg_lane_t *lane) {
    atomic_store_explicit(&lane->lock, 0, memory_order_release);
}

// ---- fork -------------------------------------------------------------------------------------------

// In the child: the threads are gone, and what they held with them. One thread gets to clean up, the others
// wait.
static void lane_renew(lg_lane_t *lane) {
    uint32_t gone = 0;
    if (!__atomic_compare_exchange_n(lane->guard, &gone, 2, false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
        while (__atomic_load_n(lane->guard, __ATOMIC_ACQUIRE) == 2) {
            lg_port_yield();
        }
        return;
    }
    for (uint32_t i = 0; i < LG_LANE_MAX_WORKERS; i++) {
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_relaxed);
        if (worker != NULL) {
            uint32_t state = atomic_load_explicit(&worker->mailbox.state, memory_order_relaxed);
            atomic_store_explicit(&worker->mailbox.state, (state | LG_MAIL_PHASE) + 1, memory_order_relaxed);
            atomic_store_explicit(&worker->mailbox.waiting, 0, memory_order_relaxed);
            lg_park_cancel(&worker->park);
            atomic_store_explicit(&worker->number, 0, memory_order_relaxed);
            atomic_store_explicit(&worker->running, 0, memory_order_relaxed);
            atomic_store_explicit(&worker->deque.top, 0, memory_order_relaxed);
            atomic_store_explicit(&worker->deque.bottom, 0, memory_order_relaxed);
            worker->deque.top_seen = 0;
        }
    }
    // Queued tasks are the parent's; so are the runs and callers that other threads were in.
    memset(lane->queues, 0, sizeof lane->queues);
    lane->visits = NULL;
    atomic_store_explicit(&lane->queued, 0, memory_order_relaxed);
    atomic_store_explicit(&lane->sessions, 0, memory_order_relaxed);
    atomic_store_explicit(&lane->users, 0, memory_order_relaxed);
    atomic_store_explicit(&lane->guests, 0, memory_order_relaxed);
    atomic_store_explicit(&lane->sleepers, 0, memory_order_relaxed);
    atomic_store_explicit(&lane->lock, 0, memory_order_relaxed);
    if (lane == lane->context->lane) {
        memset(lane->context->cores, 0, sizeof lane->context->cores);
    }
    atomic_fetch_add_explicit(&lane->generation, 1, memory_order_relaxed);
    __atomic_store_n(lane->guard, 1, __ATOMIC_RELEASE);
}

bool lg_lane_enter(lg_lane_t *lane, uint32_t *out_generation) {
    if (__builtin_expect(__atomic_load_n(lane->guard, __ATOMIC_ACQUIRE) != 1, 0)) {
        lane_renew(lane);
    }
    *out_generation = atomic_load_explicit(&lane->generation, memory_order_relaxed);
    // seq_cst pairs with close: either it sees this user, or the user sees that it is closing.
    atomic_fetch_add_explicit(&lane->users, 1, memory_order_seq_cst);
    if (__builtin_expect(atomic_load_explicit(&lane->state, memory_order_seq_cst) == LG_LANE_OPEN, 1)) {
        return true;
    }
    lg_lane_exit(lane, *out_generation);
    return false;
}

void lg_lane_exit(lg_lane_t *lane, uint32_t generation) {
    // In the child of a fork that happened inside, the users were counted anew.
    if (__builtin_expect(__atomic_load_n(lane->guard, __ATOMIC_ACQUIRE) == 1 &&
                             generation == atomic_load_explicit(&lane->generation, memory_order_relaxed),
                         1)) {
        atomic_fetch_sub_explicit(&lane->users, 1, memory_order_release);
    }
}

// ---- lanes ------------------------------------------------------------------------------------------

bool lg_lane_init(lg_lane_t *lane, lg_context_t *context, const lg_lane_desc_t *desc,
                  const lg_cores_t *cores) {
    memset(lane, 0, sizeof *lane);
    lane->context = context;
    const char *name = desc->name != NULL && desc->name[0] != 0 ? desc->name : "lane";
    snprintf(lane->name, sizeof lane->name, "%s", name);
    snprintf(lane->role.name, sizeof lane->role.name, "%s", name);
    lane->role.is_default = context->lane == lane;
    lane->role.spin_ns = desc->spin_ns;
    lane->role.nice = desc->nice;
    lane->spin_ns = desc->spin_ns == 0 ? LANE_SPIN_NS : desc->spin_ns;
    lane->cores = *cores;
    uint32_t workers = desc->workers < LG_LANE_MAX_WORKERS ? desc->workers : LG_LANE_MAX_WORKERS;
    atomic_init(&lane->worker_count, workers > 0 && lg_port_has_threads() ? workers : 1);
    atomic_init(&lane->refs, 1);
    atomic_init(&lane->wake_ns, LANE_WAKE_NS);
    lane->guard = lg_port_fork_guard_create();
    return lane->guard != NULL;
}

lg_worker_t *lg_lane_self(lg_lane_t *lane) {
    for (uint32_t i = 0; i < LG_LANE_MAX_WORKERS; i++) {
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_acquire);
        if (worker != NULL && atomic_load_explicit(&worker->running, memory_order_relaxed) != 0 &&
            lg_port_thread_is_self(&worker->thread)) {
            return worker;
        }
    }
    return NULL;
}

bool lg_lane_stop(lg_lane_t *lane) {
    if (__atomic_load_n(lane->guard, __ATOMIC_ACQUIRE) != 1) {
        lane_renew(lane);
    }
    if (lg_lane_self(lane) != NULL) {
        return false;
    }
    if (atomic_exchange_explicit(&lane->state, LG_LANE_CLOSING, memory_order_seq_cst) != LG_LANE_OPEN) {
        return true;
    }
    while (atomic_load_explicit(&lane->users, memory_order_acquire) != 0) {
        lg_port_yield();
    }
    for (uint32_t i = 0; i < LG_LANE_MAX_WORKERS; i++) {
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_acquire);
        if (worker != NULL) {
            lg_worker_wake(worker);
        }
    }
    for (uint32_t i = 0; i < LG_LANE_MAX_WORKERS; i++) {
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_acquire);
        if (worker == NULL) {
            continue;
        }
        if (atomic_load_explicit(&worker->running, memory_order_relaxed) != 0) {
            lg_port_thread_join(&worker->thread);
            atomic_store_explicit(&worker->running, 0, memory_order_relaxed);
        }
    }
    lg_lane_guests_finish(lane);
    return true;
}

void lg_lane_deinit(lg_lane_t *lane) {
    // Only now: whoever holds the lane may look at its workers, also when they are gone.
    for (uint32_t i = 0; i < LG_LANE_MAX_WORKERS; i++) {
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_relaxed);
        if (worker != NULL) {
            lg_worker_destroy(worker);
        }
    }
    if (lane->outside != NULL) {
        lg_worker_destroy(lane->outside);
    }
    lg_port_fork_guard_destroy(lane->guard);
}

// ---- cores ------------------------------------------------------------------------------------------

// What the process may use: what it could when the context was made, and what the calling thread can now.
static void lane_allowed(const lg_lane_t *home, lg_cores_t *out_cores) {
    lg_port_get_cores(0, out_cores);
    for (uint32_t i = 0; i < LG_CORES_WORDS; i++) {
        out_cores->bits[i] |= home->cores.bits[i];
    }
}

static void lane_set_cores(lg_lane_t *lane, const lg_cores_t *cores) {
    lg_cores_t allowed;
    lane_allowed(lane->context->lane, &allowed);
    lane->cores = *cores;
    lane->owns_cores = true;
    atomic_store_explicit(&lane->narrow, !lg_cores_within(&allowed, cores), memory_order_relaxed);
}

// A list of allowed cores as a set.
static lg_status_t lane_check_cores(const char *name, const lg_lane_t *home, const uint32_t *cores,
                                    uint32_t core_count, lg_cores_t *out_cores, lg_error_t *err) {
    lg_cores_t allowed;
    char text[128];
    lane_allowed(home, &allowed);
    memset(out_cores, 0, sizeof *out_cores);
    LG_CHECK(err, core_count <= LG_LANE_MAX_CORES && (core_count == 0 || cores != NULL),
             LG_STATUS_INVALID_ARGUMENT, NULL, "lane '%s': %u cores were asked for, at most %d are possible",
             name, core_count, LG_LANE_MAX_CORES);
    for (uint32_t i = 0; i < core_count; i++) {
        LG_CHECK(err, lg_cores_has(&allowed, cores[i]), LG_STATUS_INVALID_ARGUMENT, NULL,
                 "lane '%s': core %u does not exist or this process may not use it; it may use %s", name,
                 cores[i], lg_cores_format(&allowed, text, sizeof text));
        LG_CHECK(err, !lg_cores_has(out_cores, cores[i]), LG_STATUS_INVALID_ARGUMENT, NULL,
                 "lane '%s': core %u is named twice", name, cores[i]);
        lg_cores_add(out_cores, cores[i]);
    }
    return LG_OK;
}

// All allowed cores of a kind, and how many of them the quota leaves.
static lg_status_t lane_find_class(lg_context_t *context, const lg_lane_desc_t *desc, lg_cores_t *out_cores,
                                   uint32_t *out_usable, lg_error_t *err) {
    lg_machine_t *machine;
    LG_TRY(lg_machine_create(context, NULL, &machine, err));
    char kinds[64] = "";
    lg_machine_info_t info;
    lg_machine_info(machine, &info);
    memset(out_cores, 0, sizeof *out_cores);
    for (uint32_t i = 0; i < info.class_count; i++) {
        const char *kind = lg_machine_class(machine, i);
        strncat(kinds, i > 0 ? ", " : "", sizeof kinds - strlen(kinds) - 1);
        strncat(kinds, kind, sizeof kinds - strlen(kinds) - 1);
        for (uint32_t k = 0; strcmp(kind, desc->core_class) == 0 && k < info.core_count; k++) {
            const lg_machine_core_t *core = lg_machine_core(machine, k);
            if (core->class_index == i && core->allowed) {
                lg_cores_add(out_cores, core->number);
            }
        }
    }
    lg_machine_destroy(machine);
    uint32_t count = lg_cores_count(out_cores);
    *out_usable = count < info.usable ? count : info.usable;
    LG_CHECK(err, count > 0, LG_STATUS_NOT_FOUND, NULL,
             "lane '%s': this process has no cores of class '%s'; the machine has: %s", desc->name,
             desc->core_class, kinds);
    return LG_OK;
}

// ---- create -----------------------------------------------------------------------------------------

// A copy of the descriptor, however long the caller's is, with what follows from it; the cores as a set.
static lg_status_t lane_check(lg_context_t *context, const lg_lane_desc_t *given, lg_lane_desc_t *desc,
                              lg_cores_t *out_cores, lg_error_t *err) {
    const lg_lane_t *home = context->lane;
    *desc = (lg_lane_desc_t){LG_STRUCT(lg_lane_desc_t), .name = NULL};
    if (given != NULL) {
        memcpy(desc, given, given->size < sizeof *desc ? given->size : sizeof *desc);
    }
    desc->name = desc->name != NULL && desc->name[0] != 0 ? desc->name : "lane";
    LG_CHECK(err, strlen(desc->name) < sizeof home->role.name, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the name of a lane has %zu bytes, at most %zu are possible", strlen(desc->name),
             sizeof home->role.name - 1);
    LG_CHECK(err, desc->workers <= LG_LANE_MAX_WORKERS, LG_STATUS_INVALID_ARGUMENT, NULL,
             "lane '%s': %u workers were asked for, at most %d are possible", desc->name, desc->workers,
             LG_LANE_MAX_WORKERS);
    LG_CHECK(err, (desc->core_count > 0) + (desc->core_class != NULL) + (desc->pool != NULL) <= 1,
             LG_STATUS_INVALID_ARGUMENT, NULL,
             "lane '%s': cores, core_class and a pool exclude each other; give one", desc->name);
    LG_CHECK(err, desc->nice >= 0 && desc->nice <= LANE_MAX_NICE, LG_STATUS_INVALID_ARGUMENT, NULL,
             "lane '%s': nice is %d, 0 to %d are possible", desc->name, desc->nice, LANE_MAX_NICE);
    LG_CHECK(err, desc->nice == 0 || desc->pool == NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
             "lane '%s': the threads of a pool are as nice as their owner made them", desc->name);
    LG_TRY(lane_check_cores(desc->name, home, desc->cores, desc->core_count, out_cores, err));
    uint32_t usable = desc->core_count > 0 ? desc->core_count : lg_lane_worker_count(home);
    if (desc->core_class != NULL) {
        LG_TRY(lane_find_class(context, desc, out_cores, &usable, err));
    }
    if (desc->pool != NULL) {
        LG_CHECK(err, desc->pool->num_threads != NULL && desc->pool->schedule != NULL,
                 LG_STATUS_INVALID_ARGUMENT, NULL, "lane '%s': a pool needs num_threads and schedule",
                 desc->name);
        usable = desc->pool->num_threads(desc->pool->self);
        usable = usable < 1 ? 1 : usable > LG_LANE_MAX_WORKERS ? LG_LANE_MAX_WORKERS : usable;
        LG_CHECK(err, desc->workers <= usable, LG_STATUS_INVALID_ARGUMENT, NULL,
                 "lane '%s': %u workers were asked for, the pool has %u threads", desc->name, desc->workers,
                 usable);
    }
    desc->workers = desc->workers > 0 ? desc->workers : usable;
    return LG_OK;
}

lg_status_t lg_lane_create(lg_context_t *context, const lg_lane_desc_t *desc, lg_lane_t **out_lane,
                           lg_error_t *err) {
    *out_lane = NULL;
    LG_TRY(lg_context_check(context, err));
    lg_lane_desc_t full;
    lg_cores_t wanted, cores;
    LG_TRY(lane_check(context, desc, &full, &wanted, err));
    lg_lane_t *lane = lg_heap_alloc(&context->heap, sizeof *lane);
    LG_CHECK(err, lane != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a lane");
    lg_port_get_cores(0, &cores);
    if (!lg_lane_init(lane, context, &full, &cores)) {
        lg_heap_free(&context->heap, lane, sizeof *lane);
        return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a lane");
    }
    if (lg_cores_count(&wanted) > 0) {
        lane_set_cores(lane, &wanted);
    }
    lane->role.workers = desc != NULL && LG_HAS(desc, lg_lane_desc_t, workers) ? desc->workers : 0;
    lane->role.is_pool = full.pool != NULL;
    if (full.core_class != NULL) {
        snprintf(lane->role.core_class, sizeof lane->role.core_class, "%s", full.core_class);
    } else if (full.core_count > 0) {
        lane->role.has_cores = true;
        lane->role.cores = wanted;
    }
    if (full.pool != NULL) {
        lane->pool_copy = *full.pool;
        lane->pool = &lane->pool_copy;
        lane->outside = lg_worker_create(lane, 0);
        if (lane->outside == NULL) {
            lg_lane_release(lane);
            return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a lane");
        }
    }
    *out_lane = lane;
    return LG_OK;
}

void lg_lane_retain(lg_lane_t *lane) {
    atomic_fetch_add_explicit(&lane->refs, 1, memory_order_relaxed);
}

static void lane_bury(lg_lane_t *lane) {
    lg_heap_t *heap = &lane->context->heap;
    lg_lane_deinit(lane);
    lg_heap_free(heap, lane, sizeof *lane);
}

static void lane_say_farewell(lg_worker_t *worker, lg_task_t *task) {
    (void)worker;
    lg_lane_t *lane = (lg_lane_t *)((char *)task - offsetof(lg_lane_t, farewell));
    (void)lg_lane_stop(lane);
    lane_bury(lane);
}

void lg_lane_release(lg_lane_t *lane) {
    // Release: what this owner did comes before the end; acquire: the last sees what all did.
    if (lane == NULL || atomic_fetch_sub_explicit(&lane->refs, 1, memory_order_acq_rel) != 1 ||
        lane == lane->context->lane) {  // the default lane goes with its context
        return;
    }
    if (lg_lane_stop(lane)) {
        lane_bury(lane);
        return;
    }
    // On one of its own workers, which cannot wait for itself: a worker of the default lane does. Where there is none
    // any more, the lane stays as it is.
    lane->farewell.run = lane_say_farewell;
    lg_status_t status = lg_lane_submit(lane->context->lane, &lane->farewell, NULL);
    (void)status;
}

const char *lg_lane_name(const lg_lane_t *lane) {
    return lane->role.name;
}

lg_status_t lg_lane_close(lg_lane_t *lane, lg_error_t *err) {
    if (lane == NULL) {
        return LG_OK;
    }
    LG_CHECK(err, lane != lane->context->lane, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the default lane closes with its context");
    LG_CHECK(err, lg_lane_stop(lane), LG_STATUS_INVALID_ARGUMENT, NULL,
             "lane '%s' cannot be closed from one of its own workers", lane->name);
    lg_lane_release(lane);
    return LG_OK;
}

uint32_t lg_lane_is_closed(const lg_lane_t *lane) {
    return atomic_load_explicit(&lane->state, memory_order_relaxed) != LG_LANE_OPEN;
}

lg_status_t lg_lane_start(lg_lane_t *lane, lg_error_t *err) {
    uint32_t generation;
    LG_CHECK(err, lg_lane_enter(lane, &generation), LG_STATUS_CLOSED, NULL, "lane '%s' was closed",
             lane->name);
    lg_status_t status = LG_OK;
    uint32_t count = lane->pool == NULL && lg_port_has_threads() ? lg_lane_worker_count(lane) : 0;
    for (uint32_t i = 0; i < count && status == LG_OK; i++) {
        if (lg_lane_worker(lane, i) == NULL) {
            status =
                lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL,
                             "lane '%s': the system has no thread for worker %u of %u", lane->name, i, count);
        }
    }
    lg_lane_lock(lane);
    lg_lane_settle(lane);
    for (uint32_t i = 0; i < count && status == LG_OK && (lane->owns_cores || lane->role.nice > 0); i++) {
        const lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_acquire);
        int64_t number = atomic_load_explicit(&worker->number, memory_order_acquire);
        lg_cores_t cores;
        int32_t nice;
        char text[2][128];
        if (number > 0 && lane->role.nice > 0 && lg_port_get_nice(number, &nice) && nice < lane->role.nice) {
            status = lg_error_set(err, LG_STATUS_UNSUPPORTED, NULL,
                                  "lane '%s': nice %d was asked for, the system gives worker %u %d",
                                  lane->name, lane->role.nice, i, nice);
        } else if (number > 0 && lane->owns_cores && lg_port_get_cores(number, &cores) > 0 &&
                   memcmp(&cores, &lane->cores, sizeof cores) != 0) {
            status = lg_error_set(err, LG_STATUS_UNSUPPORTED, NULL,
                                  "lane '%s': cores %s were asked for, the system keeps worker %u to %s",
                                  lane->name, lg_cores_format(&lane->cores, text[0], sizeof text[0]), i,
                                  lg_cores_format(&cores, text[1], sizeof text[1]));
        }
    }
    lg_lane_unlock(lane);
    lg_lane_exit(lane, generation);
    return status;
}

// ---- change -----------------------------------------------------------------------------------------

// Keeps the threads that run to `cores`. Under the lock. False: the system refused.
static bool lane_place_workers(lg_lane_t *lane, const lg_cores_t *cores) {
    bool all = true;
    for (uint32_t i = 0; i < LG_LANE_MAX_WORKERS; i++) {
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_relaxed);
        int64_t number = worker != NULL ? atomic_load_explicit(&worker->number, memory_order_acquire) : 0;
        lg_cores_t now;
        if (number > 0) {
            lg_port_set_cores(number, cores);
            // A thread that has ended meanwhile has none. The system may also grant a part.
            all &= lg_port_get_cores(number, &now) == 0 || memcmp(&now, cores, sizeof now) == 0;
        }
    }
    return all;
}

lg_status_t lg_lane_move(lg_lane_t *lane, const uint32_t *cores, uint32_t core_count, lg_error_t *err) {
    lg_cores_t wanted;
    LG_CHECK(err, lane->pool == NULL, LG_STATUS_UNSUPPORTED, NULL,
             "lane '%s': its threads are a pool's, which alone can move them", lane->name);
    LG_CHECK(err, lane != lane->context->lane, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the default lane stays where the process may run; make a lane with cores");
    LG_CHECK(err, core_count > 0, LG_STATUS_INVALID_ARGUMENT, NULL, "lane '%s': no core was named to move to",
             lane->name);
    LG_TRY(lane_check_cores(lane->name, lane->context->lane, cores, core_count, &wanted, err));
    uint32_t generation;
    LG_CHECK(err, lg_lane_enter(lane, &generation), LG_STATUS_CLOSED, NULL, "lane '%s' was closed",
             lane->name);
    lg_status_t status = LG_OK;
    lg_lane_lock(lane);
    lg_lane_settle(lane);
    if (lane_place_workers(lane, &wanted)) {
        lane_set_cores(lane, &wanted);
        lg_lane_move_visits(lane);
    } else {
        if (lg_cores_count(&lane->cores) > 0) {
            (void)lane_place_workers(lane, &lane->cores);
        }
        char text[128];
        status = lg_error_set(err, LG_STATUS_UNSUPPORTED, NULL,
                              "lane '%s': the system refuses to keep its workers to cores %s", lane->name,
                              lg_cores_format(&wanted, text, sizeof text));
    }
    lg_lane_unlock(lane);
    lg_lane_exit(lane, generation);
    return status;
}

uint32_t lg_lane_worker_count(const lg_lane_t *lane) {
    return atomic_load_explicit(&lane->worker_count, memory_order_relaxed);
}

lg_status_t lg_lane_resize(lg_lane_t *lane, uint32_t workers, lg_error_t *err) {
    LG_CHECK(err, workers > 0 && workers <= LG_LANE_MAX_WORKERS, LG_STATUS_INVALID_ARGUMENT, NULL,
             "lane '%s': %u workers were asked for, 1 to %d are possible", lane->name, workers,
             LG_LANE_MAX_WORKERS);
    if (lane->pool != NULL) {
        uint32_t most = lane->pool->num_threads(lane->pool->self);
        LG_CHECK(err, workers <= (most > 0 ? most : 1), LG_STATUS_INVALID_ARGUMENT, NULL,
                 "lane '%s': %u workers were asked for, the pool has %u threads", lane->name, workers, most);
    }
    LG_CHECK(err, workers == 1 || lg_port_has_threads(), LG_STATUS_UNSUPPORTED, NULL,
             "lane '%s': there are no threads here", lane->name);
    uint32_t old = atomic_exchange_explicit(&lane->worker_count, workers, memory_order_seq_cst);
    for (uint32_t i = workers; i < old; i++) {  // those that are too many look, and go
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_acquire);
        if (worker != NULL) {
            lg_worker_wake(worker);
        }
    }
    return LG_OK;
}

void lg_lane_begin(lg_lane_t *lane) {
    atomic_fetch_add_explicit(&lane->sessions, 1, memory_order_relaxed);
}

void lg_lane_end(lg_lane_t *lane) {
    // The child of a fork began with none.
    uint32_t sessions = atomic_load_explicit(&lane->sessions, memory_order_relaxed);
    while (sessions > 0 &&
           !atomic_compare_exchange_weak_explicit(&lane->sessions, &sessions, sessions - 1,
                                                  memory_order_relaxed, memory_order_relaxed)) {}
}

// ---- looking ----------------------------------------------------------------------------------------

lg_status_t lg_lane_worker_info(lg_lane_t *lane, uint32_t index, lg_worker_info_t *out_info,
                                lg_error_t *err) {
    memset(out_info, 0, sizeof *out_info);
    out_info->size = sizeof *out_info;
    out_info->abi = LG_ABI;
    LG_CHECK(err, index < lg_lane_worker_count(lane), LG_STATUS_INVALID_ARGUMENT, NULL,
             "lane '%s' has %u workers, there is no worker %u", lane->name, lg_lane_worker_count(lane),
             index);
    lg_worker_t *worker = atomic_load_explicit(&lane->workers[index], memory_order_acquire);
    if (worker == NULL) {
        return LG_OK;
    }
    int64_t number = atomic_load_explicit(&worker->number, memory_order_acquire);
    if (number > 0) {
        out_info->thread = number;
        out_info->asleep = lg_park_is_parked(&worker->park);
        lg_cores_t cores;
        lg_port_get_cores(number, &cores);
        for (uint32_t i = 0; i < LG_LANE_MAX_CORES; i++) {
            if (lg_cores_has(&cores, i)) {
                out_info->cores[out_info->core_count++] = i;
            }
        }
        (void)lg_port_get_nice(number, &out_info->nice);
    }
    return LG_OK;
}

uint32_t lg_lane_queued(const lg_lane_t *lane) {
    return atomic_load_explicit(&lane->queued, memory_order_relaxed);
}

void lg_lane_stats(lg_lane_t *lane, lg_lane_stats_t *out_stats) {
    *out_stats = (lg_lane_stats_t){LG_STRUCT(lg_lane_stats_t), .loops = 0};
    out_stats->loops = atomic_load_explicit(&lane->loops, memory_order_relaxed);
    out_stats->wakes = atomic_load_explicit(&lane->wakes, memory_order_relaxed);
    for (uint32_t i = 0; i < LG_LANE_MAX_WORKERS; i++) {
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_acquire);
        if (worker != NULL) {
            out_stats->shares += atomic_load_explicit(&worker->shares, memory_order_relaxed);
            out_stats->tasks += atomic_load_explicit(&worker->tasks, memory_order_relaxed);
            out_stats->steals += atomic_load_explicit(&worker->steals, memory_order_relaxed);
            out_stats->threads += atomic_load_explicit(&worker->number, memory_order_relaxed) != 0;
        }
    }
}
