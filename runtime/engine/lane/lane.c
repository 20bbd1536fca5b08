// SPDX-License-Identifier: Apache-2.0
// Life of lanes and workers.
#include "lane/lane.h"

#include <stdio.h>
#include <string.h>

// Default of how long a worker waits awake inside a run: about twice what it costs to wake one.
enum { LANE_SPIN_NS = 50000, LANE_SPIN_ROUNDS = 16 };

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

void lg_worker_wake(lg_worker_t *worker) {
    if (lg_park_wake(&worker->park)) {
        atomic_fetch_add_explicit(&worker->lane->wakes, 1, memory_order_relaxed);
        lg_port_futex_wake((uint32_t *)&worker->park.state, 1);
    }
}

void lg_lane_call(lg_lane_t *lane) {
    uint32_t count = atomic_load_explicit(&lane->worker_count, memory_order_relaxed);
    for (uint32_t i = 0; i < count && atomic_load_explicit(&lane->sleepers, memory_order_seq_cst) != 0; i++) {
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_acquire);
        if (worker != NULL && lg_park_is_parked(&worker->park)) {
            lg_worker_wake(worker);
            return;
        }
    }
}

// ---- workers ----------------------------------------------------------------------------------------

// Whether there is anything that this worker could do. All loads are seq_cst: the last look before sleep.
static bool worker_has_work(lg_worker_t *worker) {
    lg_lane_t *lane = worker->lane;
    if ((atomic_load_explicit(&worker->mailbox.state, memory_order_seq_cst) & LG_MAIL_PHASE) ==
            LG_MAIL_POSTED ||
        atomic_load_explicit(&lane->queued, memory_order_seq_cst) != 0 ||
        atomic_load_explicit(&lane->state, memory_order_seq_cst) != LG_LANE_OPEN ||
        worker->index >= atomic_load_explicit(&lane->worker_count, memory_order_seq_cst)) {
        return true;
    }
    uint32_t count = atomic_load_explicit(&lane->worker_count, memory_order_relaxed);
    for (uint32_t i = 0; i < count; i++) {
        lg_worker_t *other = atomic_load_explicit(&lane->workers[i], memory_order_acquire);
        if (other != NULL && other != worker && !lg_deque_is_empty(&other->deque)) {
            return true;
        }
    }
    return false;
}

static void worker_sleep(lg_worker_t *worker) {
    lg_lane_t *lane = worker->lane;
    atomic_fetch_add_explicit(&lane->sleepers, 1, memory_order_seq_cst);
    lg_park_prepare(&worker->park);
    if (worker_has_work(worker)) {
        lg_park_cancel(&worker->park);
    }
    while (lg_park_is_parked(&worker->park)) {
        lg_port_futex_wait((uint32_t *)&worker->park.state, LG_PARK_PARKED);
    }
    atomic_fetch_sub_explicit(&lane->sleepers, 1, memory_order_seq_cst);
}

// Waits awake for work inside a run. Returns false when it is time to sleep.
static bool worker_spin(lg_worker_t *worker) {
    lg_lane_t *lane = worker->lane;
    if (lane->spin_ns <= 0 || atomic_load_explicit(&lane->sessions, memory_order_relaxed) == 0) {
        return false;
    }
    int64_t until = lg_port_now_ns() + lane->spin_ns;
    do {
        for (uint32_t i = 0; i < LANE_SPIN_ROUNDS; i++) {
            uint32_t state = atomic_load_explicit(&worker->mailbox.state, memory_order_relaxed);
            if ((state & LG_MAIL_PHASE) == LG_MAIL_POSTED) {
                return true;
            }
            lg_port_pause();
        }
        if (worker_has_work(worker)) {
            return true;
        }
    } while (atomic_load_explicit(&lane->sessions, memory_order_relaxed) != 0 && lg_port_now_ns() < until);
    return false;
}

// Until the lane closes or has become too small for this worker.
static void worker_loop(lg_worker_t *worker) {
    lg_lane_t *lane = worker->lane;
    for (;;) {
        if (worker->generation != atomic_load_explicit(&lane->generation, memory_order_relaxed)) {
            return;  // a fork from inside a task: the thread of the child that was this worker
        }
        if (lg_worker_serve(worker) || lg_worker_run_task(worker)) {
            continue;
        }
        if (atomic_load_explicit(&lane->state, memory_order_acquire) != LG_LANE_OPEN ||
            worker->index >= atomic_load_explicit(&lane->worker_count, memory_order_acquire)) {
            return;
        }
        if (!worker_spin(worker)) {
            worker_sleep(worker);
        }
    }
}

static void worker_main(void *user) {
    lg_worker_t *worker = user;
    lg_lane_t *lane = worker->lane;
    const int64_t number = lg_port_thread_number();
    atomic_store_explicit(&worker->number, number, memory_order_release);
    if (lane->core_count > 0) {
        lg_port_set_cores(0, lane->cores, lane->core_count);  // refused: worker_info tells where it really is
    }
    for (;;) {
        worker_loop(worker);
        if (worker->generation != atomic_load_explicit(&lane->generation, memory_order_relaxed)) {
            return;
        }
        // What is offered from here on is taken back by who offers it. A task may have been queued for this worker by
        // who saw it alive after the lane had grown again: then it stays, unless another thread was started for it.
        atomic_store_explicit(&worker->number, 0, memory_order_seq_cst);
        int64_t gone = 0;
        if (atomic_load_explicit(&lane->state, memory_order_seq_cst) != LG_LANE_OPEN ||
            worker->index >= atomic_load_explicit(&lane->worker_count, memory_order_seq_cst) ||
            !atomic_compare_exchange_strong_explicit(&worker->number, &gone, number, memory_order_acq_rel,
                                                     memory_order_relaxed)) {
            return;
        }
    }
}

static lg_worker_t *worker_create(lg_lane_t *lane, uint32_t index) {
    // Past the heap's count of blocks: threads of the default lane are nobody's leak.
    const lg_allocator_t *allocator = &lane->context->heap.allocator;
    lg_worker_t *worker = allocator->alloc(allocator->self, sizeof *worker, LG_LANE_LINE);
    if (worker == NULL) {
        return NULL;
    }
    memset(worker, 0, sizeof *worker);
    worker->lane = lane;
    worker->index = index;
    worker->random = index + 1;
    return worker;
}

static void worker_destroy(lg_worker_t *worker) {
    const lg_allocator_t *allocator = &worker->lane->context->heap.allocator;
    allocator->free(allocator->self, worker, sizeof *worker);
}

// Under the lock. A worker that had gone is joined before its thread starts anew. False: no thread to be had.
static bool worker_start(lg_worker_t *worker) {
    int64_t gone = 0;
    if (!atomic_compare_exchange_strong_explicit(&worker->number, &gone, -1, memory_order_acq_rel,
                                                 memory_order_relaxed)) {
        return true;  // it thought better of it
    }
    if (atomic_load_explicit(&worker->running, memory_order_relaxed) != 0) {
        lg_port_thread_join(&worker->thread);
        atomic_store_explicit(&worker->running, 0, memory_order_relaxed);
    }
    char name[32];
    snprintf(name, sizeof name, "%s:%u", worker->lane->name, worker->index);
    worker->generation = atomic_load_explicit(&worker->lane->generation, memory_order_relaxed);
    if (!lg_port_thread_start(&worker->thread, worker_main, worker, name)) {
        atomic_store_explicit(&worker->number, 0, memory_order_relaxed);
        return false;
    }
    atomic_store_explicit(&worker->running, 1, memory_order_relaxed);
    return true;
}

lg_worker_t *lg_lane_worker(lg_lane_t *lane, uint32_t index) {
    lg_worker_t *worker = atomic_load_explicit(&lane->workers[index], memory_order_acquire);
    if (__builtin_expect(worker != NULL && atomic_load_explicit(&worker->number, memory_order_relaxed) != 0,
                         1)) {
        return worker;
    }
    if (!lg_port_has_threads()) {
        return NULL;
    }
    lg_lane_lock(lane);
    worker = atomic_load_explicit(&lane->workers[index], memory_order_relaxed);
    bool created = worker == NULL;
    if (created) {
        worker = worker_create(lane, index);
    }
    if (worker != NULL && index < atomic_load_explicit(&lane->worker_count, memory_order_relaxed) &&
        !worker_start(worker)) {
        if (created) {
            worker_destroy(worker);
        }
        worker = NULL;
    }
    if (worker != NULL) {
        atomic_store_explicit(&lane->workers[index], worker, memory_order_release);
    }
    lg_lane_unlock(lane);
    return worker;
}

// ---- fork -------------------------------------------------------------------------------------------

// In the child: the threads are gone, and what they held with them. One thread gets to clean up, the others wait.
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
    lane->queue_head = lane->queue_tail = NULL;
    atomic_store_explicit(&lane->queued, 0, memory_order_relaxed);
    atomic_store_explicit(&lane->sessions, 0, memory_order_relaxed);
    atomic_store_explicit(&lane->users, 0, memory_order_relaxed);
    atomic_store_explicit(&lane->sleepers, 0, memory_order_relaxed);
    atomic_store_explicit(&lane->lock, 0, memory_order_relaxed);
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
    lg_lane_leave(lane, *out_generation);
    return false;
}

void lg_lane_leave(lg_lane_t *lane, uint32_t generation) {
    // In the child of a fork that happened inside, the users were counted anew.
    if (__builtin_expect(__atomic_load_n(lane->guard, __ATOMIC_ACQUIRE) == 1 &&
                             generation == atomic_load_explicit(&lane->generation, memory_order_relaxed),
                         1)) {
        atomic_fetch_sub_explicit(&lane->users, 1, memory_order_release);
    }
}

// ---- lanes ------------------------------------------------------------------------------------------

bool lg_lane_init(lg_lane_t *lane, lg_context_t *context, const lg_lane_desc_t *desc) {
    memset(lane, 0, sizeof *lane);
    lane->context = context;
    const char *name = desc->name != NULL && desc->name[0] != 0 ? desc->name : "lane";
    snprintf(lane->name, sizeof lane->name, "%s", name);
    lane->spin_ns = desc->spin_ns == 0 ? LANE_SPIN_NS : desc->spin_ns;
    uint32_t workers = desc->workers > 0 ? desc->workers : desc->core_count > 0 ? desc->core_count : 1;
    workers = workers < LG_LANE_MAX_WORKERS ? workers : LG_LANE_MAX_WORKERS;
    atomic_init(&lane->worker_count, lg_port_has_threads() ? workers : 1);
    lane->guard = lg_port_fork_guard_create();
    if (lane->guard == NULL) {
        return false;
    }
    if (desc->core_count > 0) {
        lane->cores = lg_heap_alloc(&context->heap, desc->core_count * sizeof *lane->cores);
        if (lane->cores == NULL) {
            lg_port_fork_guard_destroy(lane->guard);
            return false;
        }
        lane->core_count = desc->core_count;
        memcpy(lane->cores, desc->cores, desc->core_count * sizeof *lane->cores);
    }
    return true;
}

static bool lane_is_worker(const lg_lane_t *lane) {
    for (uint32_t i = 0; i < LG_LANE_MAX_WORKERS; i++) {
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_acquire);
        if (worker != NULL && atomic_load_explicit(&worker->running, memory_order_relaxed) != 0 &&
            lg_port_thread_is_self(&worker->thread)) {
            return true;
        }
    }
    return false;
}

bool lg_lane_stop(lg_lane_t *lane) {
    if (__atomic_load_n(lane->guard, __ATOMIC_ACQUIRE) != 1) {
        lane_renew(lane);
    }
    if (lane_is_worker(lane)) {
        return false;
    }
    atomic_store_explicit(&lane->state, LG_LANE_CLOSING, memory_order_seq_cst);
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
        }
    }
    for (uint32_t i = 0; i < LG_LANE_MAX_WORKERS; i++) {  // only now: thieves looked at the deques of others
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_relaxed);
        atomic_store_explicit(&lane->workers[i], NULL, memory_order_relaxed);
        if (worker != NULL) {
            worker_destroy(worker);
        }
    }
    return true;
}

void lg_lane_deinit(lg_lane_t *lane) {
    if (lane->cores != NULL) {
        lg_heap_free(&lane->context->heap, lane->cores, lane->core_count * sizeof *lane->cores);
    }
    lg_port_fork_guard_destroy(lane->guard);
}

static lg_status_t lane_check_cores(const lg_lane_desc_t *desc, lg_error_t *err) {
    uint32_t allowed[LG_LANE_MAX_CORES];
    uint32_t count = lg_port_get_cores(0, allowed, LG_LANE_MAX_CORES);
    for (uint32_t i = 0; i < desc->core_count; i++) {
        bool found = false;
        for (uint32_t k = 0; k < count && !found; k++) {
            found = allowed[k] == desc->cores[i];
        }
        LG_CHECK(
            err, found, LG_STATUS_INVALID_ARGUMENT, NULL,
            "lane '%s': core %u does not exist or this process may not use it; it may use %u cores from %u to %u",
            desc->name != NULL ? desc->name : "lane", desc->cores[i], count, count > 0 ? allowed[0] : 0,
            count > 0 ? allowed[count - 1] : 0);
    }
    return LG_OK;
}

lg_status_t lg_lane_create(lg_context_t *context, const lg_lane_desc_t *desc, lg_lane_t **out_lane,
                           lg_error_t *err) {
    *out_lane = NULL;
    LG_TRY(lg_context_check(context, err));
    const lg_lane_desc_t given =
        desc != NULL ? *desc : (lg_lane_desc_t){LG_STRUCT(lg_lane_desc_t), .name = NULL};
    LG_CHECK(err, given.workers <= LG_LANE_MAX_WORKERS, LG_STATUS_INVALID_ARGUMENT, NULL,
             "a lane of %u workers was asked for, at most %d are possible", given.workers,
             LG_LANE_MAX_WORKERS);
    LG_CHECK(err, given.core_count <= LG_LANE_MAX_CORES && (given.core_count == 0 || given.cores != NULL),
             LG_STATUS_INVALID_ARGUMENT, NULL, "a lane of %u cores was asked for, at most %d are possible",
             given.core_count, LG_LANE_MAX_CORES);
    LG_TRY(lane_check_cores(&given, err));
    lg_lane_desc_t full = given;
    if (full.workers == 0 && full.core_count == 0) {
        full.workers = lg_lane_worker_count(lg_context_lane(context));
    }
    lg_lane_t *lane = lg_heap_alloc(&context->heap, sizeof *lane);
    LG_CHECK(err, lane != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a lane");
    if (!lg_lane_init(lane, context, &full)) {
        lg_heap_free(&context->heap, lane, sizeof *lane);
        return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a lane");
    }
    *out_lane = lane;
    return LG_OK;
}

lg_status_t lg_lane_close(lg_lane_t *lane, lg_error_t *err) {
    if (lane == NULL) {
        return LG_OK;
    }
    LG_CHECK(err, lane != lane->context->lane, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the default lane closes with its context");
    lg_heap_t *heap = &lane->context->heap;
    LG_CHECK(err, lg_lane_stop(lane), LG_STATUS_INVALID_ARGUMENT, NULL,
             "lane '%s' cannot be closed from one of its own workers", lane->name);
    lg_lane_deinit(lane);
    lg_heap_free(heap, lane, sizeof *lane);
    return LG_OK;
}

uint32_t lg_lane_worker_count(const lg_lane_t *lane) {
    return atomic_load_explicit(&lane->worker_count, memory_order_relaxed);
}

lg_status_t lg_lane_resize(lg_lane_t *lane, uint32_t workers, lg_error_t *err) {
    LG_CHECK(err, workers > 0 && workers <= LG_LANE_MAX_WORKERS, LG_STATUS_INVALID_ARGUMENT, NULL,
             "lane '%s': %u workers were asked for, 1 to %d are possible", lane->name, workers,
             LG_LANE_MAX_WORKERS);
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
        out_info->core_count = lg_port_get_cores(number, out_info->cores, LG_LANE_MAX_CORES);
    }
    return LG_OK;
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
