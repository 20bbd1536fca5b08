// SPDX-License-Identifier: Apache-2.0
// Tasks: a queue that any thread fills, and a deque per worker for what tasks spawn.
#include "lane/lane.h"

enum { TASK_PAUSES = 80 };  // 2 us

// The public struct has plain words, so that it is C++ too.
static inline void task_finish(lg_task_t *task) {
    __atomic_store_n(&task->done, 1, __ATOMIC_RELEASE);  // pairs with join; the task may be gone from here on
}

static inline bool task_is_done(lg_task_t *task) {
    return __atomic_load_n(&task->done, __ATOMIC_ACQUIRE) != 0;
}

lg_lane_t *lg_worker_lane(lg_worker_t *worker) {
    return worker->lane;
}

void lg_lane_push(lg_lane_t *lane, lg_task_t *task, bool first) {
    int32_t priority = task->priority < LG_PRIORITY_LOW    ? LG_PRIORITY_LOW
                       : task->priority > LG_PRIORITY_HIGH ? LG_PRIORITY_HIGH
                                                           : task->priority;
    lg_task_queue_t *queue = &lane->queues[priority - LG_PRIORITY_LOW];
    task->next = first ? queue->head : NULL;
    if (queue->head == NULL) {
        queue->head = queue->tail = task;
    } else if (first) {
        queue->head = task;
    } else {
        queue->tail->next = task;
        queue->tail = task;
    }
    atomic_fetch_add_explicit(&queue->queued, 1, memory_order_relaxed);
    // seq_cst pairs with a worker that looks here before it parks.
    atomic_fetch_add_explicit(&lane->queued, 1, memory_order_seq_cst);
}

lg_status_t lg_lane_submit(lg_lane_t *lane, lg_task_t *task, lg_error_t *err) {
    LG_CHECK(err, lg_port_has_threads(), LG_STATUS_UNSUPPORTED, NULL, "lane '%s': there are no threads here",
             lane->name);
    task->next = NULL;
    task->done = 0;
    if (lane->pool != NULL) {
        return lg_pool_submit(lane, task, err);
    }
    uint32_t generation;
    LG_CHECK(err, lg_lane_enter(lane, &generation), LG_STATUS_CLOSED, NULL, "lane '%s' was closed",
             lane->name);
    uint32_t count = atomic_load_explicit(&lane->worker_count, memory_order_relaxed);
    bool alive = false;
    for (uint32_t i = 0; i < count; i++) {
        alive |= lg_lane_worker(lane, i) != NULL;
    }
    lg_status_t status = LG_OK;
    if (!alive) {
        status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "lane '%s': the system has no more threads",
                              lane->name);
    } else {
        lg_lane_lock(lane);
        lg_lane_push(lane, task, false);
        lg_lane_unlock(lane);
        lg_lane_call(lane);
    }
    lg_lane_exit(lane, generation);
    return status;
}

void lg_lane_requeue(lg_lane_t *lane, lg_task_t *task) {
    lg_lane_lock(lane);
    lg_lane_push(lane, task, true);
    lg_lane_unlock(lane);
}

// After how many tasks of higher priorities one of a lower goes first.
enum { TASK_PASSES = 16 };

// Under the lock: where the next task comes from.
static lg_task_queue_t *task_next_queue(lg_lane_t *lane) {
    lg_task_queue_t *next = NULL;
    for (int i = LG_LANE_PRIORITIES - 1; i >= 0; i--) {
        lg_task_queue_t *queue = &lane->queues[i];
        if (queue->head == NULL) {
            queue->passed = 0;
        } else if (next == NULL || queue->passed >= TASK_PASSES) {
            next = queue;
        }
    }
    for (lg_task_queue_t *queue = lane->queues; next != NULL && queue < next; queue++) {
        queue->passed += queue->head != NULL;
    }
    return next;
}

lg_task_t *lg_lane_next_task(lg_lane_t *lane) {
    if (atomic_load_explicit(&lane->queued, memory_order_relaxed) == 0) {
        return NULL;
    }
    lg_lane_lock(lane);
    lg_task_queue_t *queue = task_next_queue(lane);
    lg_task_t *task = queue != NULL ? queue->head : NULL;
    if (task != NULL) {
        queue->head = task->next;
        queue->tail = task->next != NULL ? queue->tail : NULL;
        queue->passed = 0;
        atomic_fetch_sub_explicit(&queue->queued, 1, memory_order_relaxed);
        atomic_fetch_sub_explicit(&lane->queued, 1, memory_order_relaxed);
    }
    lg_lane_unlock(lane);
    return task;
}

static lg_task_t *task_steal(lg_worker_t *thief) {
    lg_lane_t *lane = thief->lane;
    uint32_t count = atomic_load_explicit(&lane->worker_count, memory_order_relaxed);
    thief->random = thief->random * 1664525u + 1013904223u;
    for (uint32_t i = 0, at = (thief->random >> 8) % count; i < count;
         i++, at = at + 1 < count ? at + 1 : 0) {
        lg_worker_t *victim = atomic_load_explicit(&lane->workers[at], memory_order_acquire);
        // Acquire: what the victim did to its deque before it let others in.
        if (victim == NULL || victim == thief ||
            atomic_load_explicit(&victim->shared, memory_order_acquire) == 0) {
            continue;
        }
        lg_task_t *task = lg_deque_steal(&victim->deque);
        if (task != NULL) {
            atomic_fetch_add_explicit(&thief->steals, 1, memory_order_relaxed);
            return task;
        }
    }
    return NULL;
}

bool lg_worker_run_task(lg_worker_t *worker) {
    lg_task_t *task = task_steal(worker);
    bool queued = false;
    if (task == NULL) {
        task = lg_lane_next_task(worker->lane);
        queued = true;
    }
    if (task == NULL) {
        return false;
    }
    atomic_fetch_add_explicit(&worker->tasks, 1, memory_order_relaxed);
    task->run(worker, task);
    if (!queued) {  // a queued task may have freed itself, and nobody joins it
        task_finish(task);
    }
    return true;
}

// A worker that is alone pushes and takes at no price; the first task that it spawns when it has company lets others in.
static inline bool task_is_shared(lg_worker_t *worker) {
    if (__builtin_expect(atomic_load_explicit(&worker->shared, memory_order_relaxed) == 0, 0)) {
        if (atomic_load_explicit(&worker->lane->worker_count, memory_order_relaxed) == 1) {
            return false;
        }
        // seq_cst pairs with a worker that looks here before it parks.
        atomic_store_explicit(&worker->shared, 1, memory_order_seq_cst);
    }
    return true;
}

void lg_worker_spawn(lg_worker_t *worker, lg_task_t *task) {
    task->done = 0;
    bool shared = task_is_shared(worker);
    if (worker->lane->pool != NULL ||
        !(shared ? lg_deque_push(&worker->deque, task) : lg_deque_push_unseen(&worker->deque, task))) {
        task->run(worker, task);
        task_finish(task);
        return;
    }
    if (shared && atomic_load_explicit(&worker->lane->sleepers, memory_order_seq_cst) != 0) {
        lg_lane_call(worker->lane);
    }
}

void lg_worker_join(lg_worker_t *worker, lg_task_t *task) {
    // What was spawned last is at the bottom: this task, or one that was spawned after it and is not joined
    // yet.
    for (uint32_t idle = 0; !task_is_done(task);) {
        bool shared = atomic_load_explicit(&worker->shared, memory_order_relaxed) != 0;
        lg_task_t *mine = shared ? lg_deque_take(&worker->deque) : lg_deque_take_unseen(&worker->deque);
        if (mine != NULL) {
            mine->run(worker, mine);
            task_finish(mine);
            continue;
        }
        // A thief has it and is computing. Tasks of others stay untouched: they may wait for what this one
        // holds.
        if (idle++ < TASK_PAUSES) {
            lg_port_pause();
        } else {
            lg_port_yield();
        }
    }
}

// ---- run and wait -----------------------------------------------------------------------------------

enum { TASK_OPEN = 0, TASK_OVER = 1, TASK_AWAITED = 2 };

typedef struct task_call {
    lg_task_t task;
    void (*fn)(lg_worker_t *worker, void *user);
    void *user;
    _Atomic(uint32_t) state;  // OVER by who ran it, AWAITED by the caller before it sleeps on it
} task_call_t;

static void task_call_run(lg_worker_t *worker, lg_task_t *task) {
    task_call_t *call = (task_call_t *)task;
    call->fn(worker, call->user);
    // Release: the results. The call's memory may be gone from here on; a wake of nobody does no harm.
    if (atomic_exchange_explicit(&call->state, TASK_OVER, memory_order_release) == TASK_AWAITED) {
        lg_port_futex_wake((uint32_t *)&call->state, 1);
    }
}

// One that serves its own lane meanwhile looks for work as often as that: work that comes does not wake it.
enum { TASK_LOOK_NS = 200000 };

static void task_wait(task_call_t *call, lg_worker_t *self) {
    for (uint32_t idle = 0; atomic_load_explicit(&call->state, memory_order_acquire) != TASK_OVER;) {
        if (self != NULL && (lg_worker_serve(self) || lg_worker_run_task(self))) {
            continue;
        }
        uint32_t open = TASK_OPEN;
        if (idle++ < TASK_PAUSES) {
            lg_port_pause();
        } else if (atomic_compare_exchange_strong_explicit(&call->state, &open, TASK_AWAITED,
                                                           memory_order_relaxed, memory_order_relaxed) ||
                   open == TASK_AWAITED) {
            if (self != NULL) {
                lg_port_futex_wait_for((uint32_t *)&call->state, TASK_AWAITED, TASK_LOOK_NS);
            } else {
                lg_port_futex_wait((uint32_t *)&call->state, TASK_AWAITED);
            }
        }
    }
}

lg_status_t lg_lane_run(lg_lane_t *lane, lg_worker_t *self, void (*fn)(lg_worker_t *worker, void *user),
                        void *user, lg_error_t *err) {
    if (self != NULL && self->lane == lane) {
        fn(self, user);
        return LG_OK;
    }
    task_call_t call = {.task = {.run = task_call_run}, .fn = fn, .user = user};
    LG_TRY(lg_lane_submit(lane, &call.task, err));
    task_wait(&call, self != NULL && self->lane->pool == NULL ? self : NULL);
    return LG_OK;
}
