// SPDX-License-Identifier: Apache-2.0
// Life of workers: start, look for work, wait awake, sleep, end.
#include "lane/lane.h"

#include <stdio.h>
#include <string.h>

enum { WORKER_SPIN_ROUNDS = 16, WORKER_WAKE_MOST_NS = 20000 };

void lg_worker_wake(lg_worker_t *worker) {
    if (lg_park_wake(&worker->park)) {
        lg_lane_t *lane = worker->lane;
        atomic_fetch_add_explicit(&lane->wakes, 1, memory_order_relaxed);
        int64_t begin = lg_port_now_ns();
        lg_port_futex_wake((uint32_t *)&worker->park.state, 1);
        // What it cost, as a running mean. What took longer than waking does was an interruption of the waker, which
        // must not keep work from the lane for ever: without wakes nothing would be measured any more.
        int64_t spent = lg_port_now_ns() - begin;
        uint32_t mean = atomic_load_explicit(&lane->wake_ns, memory_order_relaxed);
        spent = spent < WORKER_WAKE_MOST_NS ? spent : mean;
        atomic_store_explicit(&lane->wake_ns, (uint32_t)((7 * (int64_t)mean + spent) / 8),
                              memory_order_relaxed);
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
        if (other != NULL && other != worker &&
            atomic_load_explicit(&other->shared, memory_order_seq_cst) != 0 &&
            !lg_deque_is_empty(&other->deque)) {
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
        for (uint32_t i = 0; i < WORKER_SPIN_ROUNDS; i++) {
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
    // Nobody changes `cores` while a worker is on its way (lg_lane_settle). Refused: worker_info tells where
    // it is.
    if (lg_cores_count(&lane->cores) > 0) {
        lg_port_set_cores(0, &lane->cores);
    }
    if (lane->role.nice > 0) {  // for good: less is a privilege
        int32_t nice;
        if (lg_port_get_nice(0, &nice) && nice < lane->role.nice) {
            lg_port_set_nice(0, lane->role.nice);
        }
    }
    atomic_store_explicit(&worker->number, number, memory_order_release);
    for (;;) {
        worker_loop(worker);
        if (worker->generation != atomic_load_explicit(&lane->generation, memory_order_relaxed)) {
            return;
        }
        // What is offered from here on is taken back by who offers it. A task may have been queued for this
        // worker by who saw it alive after the lane had grown again: then it stays, unless another thread was
        // started for it.
        atomic_store_explicit(&worker->number, 0, memory_order_seq_cst);
        int64_t gone = 0;
        if (atomic_load_explicit(&lane->state, memory_order_seq_cst) != LG_LANE_OPEN ||
            worker->index >= atomic_load_explicit(&lane->worker_count, memory_order_seq_cst) ||
            !atomic_compare_exchange_strong_explicit(&worker->number, &gone, number, memory_order_acq_rel,
                                                     memory_order_relaxed)) {
            return;
        }
        lg_lane_lock(lane);  // it may have moved meanwhile
        lg_cores_t cores = lane->cores;
        lg_lane_unlock(lane);
        if (lg_cores_count(&cores) > 0) {
            lg_port_set_cores(0, &cores);
        }
    }
}

lg_worker_t *lg_worker_create(lg_lane_t *lane, uint32_t index) {
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

void lg_worker_destroy(lg_worker_t *worker) {
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
        worker = lg_worker_create(lane, index);
    }
    if (worker != NULL && index < atomic_load_explicit(&lane->worker_count, memory_order_relaxed) &&
        !worker_start(worker)) {
        if (created) {
            lg_worker_destroy(worker);
        }
        worker = NULL;
    }
    if (worker != NULL) {
        atomic_store_explicit(&lane->workers[index], worker, memory_order_release);
    }
    lg_lane_unlock(lane);
    return worker;
}

void lg_lane_settle(lg_lane_t *lane) {
    for (uint32_t i = 0; i < LG_LANE_MAX_WORKERS; i++) {
        lg_worker_t *worker = atomic_load_explicit(&lane->workers[i], memory_order_relaxed);
        while (worker != NULL && atomic_load_explicit(&worker->number, memory_order_acquire) == -1) {
            lg_port_yield();
        }
    }
}
